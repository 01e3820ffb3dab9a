// From sign-in to a restored file with the keyboard alone: no pointer, no click, no focus set by the test.
import fs from 'node:fs'
import path from 'node:path'
import type { Page } from '@playwright/test'
import { administrator, expect, test } from './console.ts'

/** The name of what has the focus; empty for the page itself. */
const focused = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const { activeElement: element, body } = document
    if (element === null || element === body) return ''
    const labels =
      element instanceof HTMLInputElement ? [...(element.labels ?? [])].map((each) => each.textContent) : []
    return [element.getAttribute('aria-label'), ...labels, element.textContent].filter(Boolean).join(' ').trim()
  })

/** Presses Tab until the focus is on what has this name. It must be reached within a page's worth of stops. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  const seen: string[] = []
  for (let stops = 0; stops < 90; stops++) {
    const label = await focused(page)
    if (name.test(label)) return
    seen.push(label.slice(0, 40))
    await page.keyboard.press('Tab')
  }
  throw new Error(`No ${name} within reach of Tab; there were: ${seen.join(' | ')}`)
}

/** What has the focus is seen to have it. */
async function focusIsSeen(page: Page): Promise<void> {
  const style = await page.evaluate(() => {
    const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement ?? document.body)
    return { outlineStyle, width: Number.parseFloat(outlineWidth) }
  })
  expect(style.outlineStyle).not.toBe('none')
  expect(style.width).toBeGreaterThanOrEqual(1)
}

test('sign in, find a file, restore it', async ({ page, hold }) => {
  fs.writeFileSync(path.join(hold.source, 'ledger.txt'), 'two and two\n')
  const { id } = await hold.call<{ id: string }>('schedules.create', {
    name: 'ledgers',
    settings: { type: 'incremental', cron_expression: '0 3 * * *', include_paths: [hold.source] },
    reason: 'for the test',
  })
  await hold.call('schedules.runNow', { id })

  await page.goto(hold.url('/sign-in'))
  await tabTo(page, /E-mail/)
  await page.keyboard.type(administrator.email)
  await tabTo(page, /Password/)
  await page.keyboard.type(administrator.password)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('navigation', { name: 'Console' })).toBeVisible()

  await test.step('the first stop leads past the navigation', async () => {
    await page.keyboard.press('Tab')
    await expect(page.getByRole('link', { name: 'Skip to the content' })).toBeFocused()
  })

  await test.step('the palette opens, finds, and gives the focus back', async () => {
    const palette = page.getByRole('dialog')
    // Keys before the page's code is there go nowhere.
    await expect(async () => {
      if (!(await palette.isVisible())) await page.keyboard.press('Control+k')
      await expect(palette).toBeVisible({ timeout: 2000 })
    }).toPass()
    await page.keyboard.press('Escape')
    await expect(page.getByRole('dialog')).toHaveCount(0)
    await page.keyboard.press('Control+k')
    await expect(page.getByRole('combobox')).toBeFocused()
    await page.keyboard.type('snapshots')
    await expect(page.getByRole('option').last()).toHaveText('Search files for “snapshots” in snapshots')
    await page.keyboard.press('Enter')
    await expect(page).toHaveURL(/\/snapshots/)
  })

  await test.step('a file is found by its name', async () => {
    await expect(page.getByRole('heading', { name: 'Snapshots' })).toBeVisible()
    await tabTo(page, /Find a file by name/)
    await focusIsSeen(page)
    await page.keyboard.type('ledger.txt')
    await page.keyboard.press('Enter')
    await expect(page).toHaveURL(/\/snapshots\/search\?.*q=ledger\.txt/)
    await expect(page.getByRole('link', { name: 'Restore ledger.txt' })).toBeVisible()
    await tabTo(page, /^Restore ledger\.txt/)
    await focusIsSeen(page)
    await page.keyboard.press('Enter')
  })

  await test.step('it is restored beside, and the bytes are right', async () => {
    await expect(page).toHaveURL(/\/restores\/new/)
    await expect(page.getByRole('button', { name: /^Start/ })).toBeEnabled()
    await tabTo(page, /^Start/)
    await page.keyboard.press('Enter')
    await expect(page).toHaveURL(/\/restores\/[0-9a-f-]+$/)
    await expect(
      page
        .getByRole('main')
        .getByText(/Succeeded|Verified/)
        .first(),
    ).toBeVisible({ timeout: 60_000 })
    const place = path.join(hold.box.home, 'restores')
    const names = fs
      .readdirSync(place, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('ledger.txt'))
    expect(names.map((name) => fs.readFileSync(path.join(place, name), 'utf8'))).toEqual(['two and two\n'])
  })
})
