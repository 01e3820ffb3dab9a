// From the printed link to the first restored file: what a new administrator lives through, with nothing prepared.
import fs from 'node:fs'
import path from 'node:path'
import { expect, test } from '@playwright/test'
import { ServerBox } from '../tests/server/process.ts'
import { administrator } from './console.ts'

test('first run to first restored file', async ({ page }) => {
  await using box = new ServerBox()
  const source = path.join(box.home, 'papers')
  fs.mkdirSync(path.join(source, 'letters'), { recursive: true })
  fs.writeFileSync(path.join(source, 'letters/will.txt'), 'everything to the cat\n')
  fs.writeFileSync(path.join(source, 'photo.bin'), Buffer.alloc(3 << 20, 'holdfast'))
  const more = path.join(box.home, 'more')
  fs.mkdirSync(more)
  await box.start()
  const link = /(http\S+set-up#\S+)/.exec(box.output)?.[1] ?? ''

  await test.step('the link makes the administrator, who lands in the first steps', async () => {
    await page.goto(link)
    await page.getByLabel('Name').fill(administrator.name)
    await page.getByLabel('E-mail').fill(administrator.email)
    await page.getByLabel('Password').fill(administrator.password)
    await page.getByRole('button', { name: 'Create the administrator' }).click()
    await page.getByLabel('E-mail').fill(administrator.email)
    await page.getByLabel('Password').fill(administrator.password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await expect(page.getByRole('heading', { name: 'First steps' })).toBeVisible()
  })

  await test.step('what to protect is counted live', async () => {
    const typed = page.getByLabel('Folders of this server: type a path')
    await typed.fill(`${source}x`)
    await page.getByRole('button', { name: 'Add', exact: true }).click()
    await expect(page.getByRole('alert').filter({ hasText: 'there is no such file or folder' })).toBeVisible()
    await expect(typed).toHaveAttribute('aria-invalid', 'true')
    await expect(page.getByRole('list', { name: 'Chosen folders' })).toHaveCount(0)
    await typed.fill(source)
    await page.getByRole('button', { name: 'Add', exact: true }).click()
    await expect(page.getByRole('list', { name: 'Chosen folders' })).toContainText(source)
    await expect(page.getByRole('region', { name: 'How much it is' })).toContainText('2 files')
  })

  await test.step('no path that was typed is lost by going on', async () => {
    const typed = page.getByLabel('Folders of this server: type a path')
    const chosen = page.getByRole('list', { name: 'Chosen folders' })
    await typed.fill(more)
    await page.getByRole('button', { name: 'Next' }).click()
    await expect(page.getByRole('alert').filter({ hasText: 'This path is not added yet' })).toBeVisible()
    await expect(typed).toBeFocused()
    await page.getByRole('button', { name: 'Add', exact: true }).click()
    await page.getByRole('button', { name: 'Next' }).click()
    await expect(page.getByRole('button', { name: 'Test the connection' })).toBeVisible()
    await page.getByRole('button', { name: 'What to protect' }).click()
    await expect(chosen).toContainText(source)
    await expect(chosen).toContainText(more)
    await page.getByRole('button', { name: 'Next' }).click()
  })

  await test.step('where to is tried out', async () => {
    await page.getByRole('button', { name: 'Test the connection' }).click()
    await expect(page.getByText('The connection works')).toBeVisible()
    await page.getByRole('button', { name: 'Next' }).click()
  })

  await test.step('the recovery kit is handed over, and confirmed only by its key', async () => {
    await page.getByRole('button', { name: 'Show the recovery kit' }).click()
    const shown = page.getByLabel('Recovery kit', { exact: true })
    const kit = (await shown.textContent()) ?? ''
    // Nothing of it lies below an edge.
    expect(await shown.evaluate(({ scrollHeight, clientHeight }) => scrollHeight - clientHeight)).toBeLessThan(2)
    const key = /THE KEY\s+(\S+)/.exec(kit)?.[1] ?? ''
    expect(key.length).toBeGreaterThan(20)
    const check = page.getByLabel('The last 6 characters of the key')
    await check.fill('wrong!')
    await page.getByRole('button', { name: 'I keep it in a safe place' }).click()
    await expect(check).toHaveAttribute('aria-invalid', 'true')
    await check.fill(key.slice(-6))
    await page.getByRole('button', { name: 'I keep it in a safe place' }).click()
  })

  await test.step('leaving and coming back shows the step that is due', async () => {
    await expect(page.getByRole('radiogroup', { name: 'How often' })).toBeVisible()
    await page.goto(`${box.consoleUrl}/welcome`)
    await expect(page.getByRole('radiogroup', { name: 'How often' })).toBeVisible()
    await expect(page.getByRole('region', { name: 'Next runs' }).getByRole('listitem')).toHaveCount(5)
    await page.getByRole('button', { name: 'Save the schedule' }).click()
  })

  await test.step('the first backup runs before their eyes', async () => {
    await page.getByRole('button', { name: 'Start the first backup' }).click()
    await expect(page.getByText('The first backup is made')).toBeVisible({ timeout: 60_000 })
    await expect(page.getByText('was never verified as a whole')).toBeVisible()
    await expect(page.getByRole('button', { name: /^Verify now/ })).toBeVisible()
  })

  await test.step('the question how much to verify opens at once, and begins at what is chosen', async () => {
    const verify = page.getByRole('button', { name: /^Verify now/ })
    const answer = Promise.withResolvers<void>()
    await page.route(/repositories\.get/, async (route) => {
      await answer.promise
      await route.continue()
    })
    await verify.press('Enter')
    await expect(page.getByRole('dialog', { name: /^Verify / })).toContainText('Loading')
    answer.resolve()
    await expect(page.getByRole('radio', { name: /^All data/ })).toBeFocused()
    await page.keyboard.press('Escape')
    await expect(verify).toBeFocused()
    await page.unroute(/repositories\.get/)
  })

  await test.step('the snapshot can be looked into', async () => {
    await page.getByRole('link', { name: 'Look into the snapshot' }).click()
    await expect(page).toHaveURL(/\/snapshots\/[^/]+$/)
  })

  await test.step('a file that was lost comes back', async () => {
    fs.rmSync(path.join(source, 'letters/will.txt'))
    await page.getByRole('link', { name: 'Snapshots', exact: true }).first().click()
    await expect(page.getByRole('heading', { name: 'Snapshots', level: 1 })).toBeVisible()
    const search = page.getByRole('searchbox', { name: /find a file/i })
    await search.fill('will.txt')
    await search.press('Enter')
    await expect(page.getByText('will.txt').first()).toBeVisible()
    await page
      .getByRole('link', { name: /^Restore will\.txt/ })
      .first()
      .click()
    await expect(page).toHaveURL(/\/restores\/new/)
    await page.getByRole('button', { name: /^Start/ }).click()
    await expect(page).toHaveURL(/\/restores\/[^/?]+$/)
    await expect(page.getByText('Succeeded').first()).toBeVisible({ timeout: 60_000 })
    const restored = fs
      .readdirSync(path.join(box.home, 'restores'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('will.txt'))
    expect(restored).toHaveLength(1)
    const [name = ''] = restored
    expect(fs.readFileSync(path.join(box.home, 'restores', name), 'utf8')).toBe('everything to the cat\n')
  })
})
