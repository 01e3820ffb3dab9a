// Where a restore goes: another place is typed key by key and stays one, and nothing that is there is replaced unasked.
import fs from 'node:fs'
import path from 'node:path'
import type { Locator } from '@playwright/test'
import { runEnded } from '../tests/server/process.ts'
import { test as base, type Console, expect } from './console.ts'

type Filled = Console & { readonly snapshot: string; readonly file: string }

const test = base.extend<object, { filled: Filled }>({
  filled: [
    async ({ hold }, use) => {
      const file = path.join(hold.source, 'ledger.txt')
      fs.writeFileSync(file, 'two and two\n')
      await hold.call('schedules.create', {
        name: 'ledgers',
        settings: { type: 'incremental', cron_expression: '0 3 1 1 *', include_paths: [hold.source] },
        reason: 'for the test',
      })
      const client = hold.box.client()
      const schedules = await client.schedules.list.query({})
      const run = await runEnded(
        client,
        (await client.schedules.runNow.mutate({ id: schedules.items[0]?.id ?? '' })).id,
      )
      if (run.snapshotRowId === null) throw new Error('The schedule made no snapshot')
      await use({ ...hold, snapshot: run.snapshotRowId, file })
    },
    { scope: 'worker', timeout: 300_000 },
  ],
})

test('a folder is typed key by key; while it is wrong nothing starts; what is there stays', async ({
  page,
  filled,
}) => {
  const { box, file, snapshot, url } = filled
  const target = path.join(box.home, 'typed')
  const there = path.join(target, file)
  fs.mkdirSync(path.dirname(there), { recursive: true })
  fs.writeFileSync(there, 'mine\n')
  await filled.signIn(page)
  await page.goto(url(`/restores/new?snapshot=${snapshot}`))
  const field = page.getByRole('textbox', { name: 'Folder of the server' })
  const start = page.getByRole('button', { name: 'Start the restore' })
  const other = page.getByRole('radio', { name: /^Another place/ })
  await expect(start).toBeEnabled()
  await field.clear()
  await expect(start).toBeDisabled()
  await field.press('/')
  await expect(field).toHaveValue('/')
  await expect(other).toBeChecked()
  await expect(start).toBeDisabled()
  await expect(page.getByRole('button', { name: 'Dry run' })).toBeDisabled()
  await field.pressSequentially(target.slice(1))
  await expect(field).toHaveValue(target)
  await expect(start).toBeEnabled()
  await page.reload()
  await expect(field).toHaveValue(target)
  await start.click()
  await expect(page).toHaveURL(/\/restores\/[^/?]+$/)
  await expect(page.getByRole('main').getByText('Succeeded').first()).toBeVisible({ timeout: 90_000 })
  expect(fs.readFileSync(there, 'utf8')).toBe('mine\n')
})

test('back to where it came from: what was chosen stays, and a word is asked for only where something is replaced', async ({
  page,
  filled,
}) => {
  const { file, snapshot, url } = filled
  fs.rmSync(file)
  await filled.signIn(page)
  await page.goto(url(`/restores/new?snapshot=${snapshot}`))
  const leave = page.getByRole('radio', { name: /^Leave it/ })
  const replace = page.getByRole('radio', { name: /^Replace what differs/ })
  const original = page.getByRole('radio', { name: /^Where it came from/ })
  const start = page.getByRole('button', { name: 'Start the restore' })
  await expect(start).toBeEnabled()
  // The choice is in the address, and a radio button follows it: a moment after the click.
  const choose = async (radio: Locator): Promise<void> => {
    await radio.click()
    await expect(radio).toBeChecked()
  }
  await choose(original)
  await expect(leave).toBeChecked()
  await choose(replace)
  await choose(page.getByRole('radio', { name: /^Another place/ }))
  await expect(replace).toBeChecked()
  await choose(original)
  await expect(replace).toBeChecked()
  await start.click()
  const dialog = page.getByRole('dialog', { name: 'Restore over the files of this server?' })
  await expect(dialog.getByRole('button', { name: 'Start the restore' })).toBeDisabled()
  await dialog.getByRole('button', { name: 'Keep it as it is' }).click()
  await choose(leave)
  await start.click()
  await expect(page).toHaveURL(/\/restores\/[^/?]+$/)
  await expect(page.getByRole('main').getByText('Succeeded').first()).toBeVisible({ timeout: 90_000 })
  expect(fs.readFileSync(file, 'utf8')).toBe('two and two\n')
})

test('replacing what is there is asked for, also when a run is repeated', async ({ page, filled }) => {
  const { box, file, snapshot, url } = filled
  const target = path.join(box.home, 'again')
  const there = path.join(target, file)
  const { runId } = await filled.call<{ runId: string }>('restores.start', { snapshot, target, overwrite: 'always' })
  await runEnded(box.client(), runId)
  fs.writeFileSync(there, 'changed since\n')
  await filled.signIn(page)
  await page.goto(url(`/runs/${runId}`))
  await page.getByRole('link', { name: 'Restore again' }).click()
  await expect(page.getByRole('textbox', { name: 'Folder of the server' })).toHaveValue(target)
  await page.getByRole('button', { name: 'Start the restore' }).click()
  const dialog = page.getByRole('dialog', { name: 'Replace what is in the folder?' })
  await expect(dialog.getByRole('button', { name: 'Start the restore' })).toBeDisabled()
  expect(fs.readFileSync(there, 'utf8')).toBe('changed since\n')
  await dialog.getByRole('textbox').fill('overwrite')
  await dialog.getByRole('button', { name: 'Start the restore' }).click()
  await expect(page).toHaveURL(/\/restores\/[^/?]+$/)
  await expect(page.getByRole('main').getByText('Succeeded').first()).toBeVisible({ timeout: 90_000 })
  expect(fs.readFileSync(there, 'utf8')).toBe('two and two\n')
})

test('the first click on "Restore" beside a file that was found leads to the wizard', async ({ page, filled }) => {
  await filled.signIn(page)
  await page.goto(filled.url('/snapshots/search'))
  await page.getByRole('searchbox', { name: 'Find a file by name' }).fill('ledger.txt')
  await page.keyboard.press('Enter')
  await page
    .getByRole('link', { name: /^Restore ledger\.txt/ })
    .first()
    .click()
  await expect(page).toHaveURL(/\/restores\/new\?snapshot=/)
  await expect(page.getByRole('button', { name: 'Start the restore' })).toBeEnabled()
})

test('a narrow screen has the way from a snapshot to its restore, too', async ({ page, filled }) => {
  await filled.signIn(page)
  await page.setViewportSize({ width: 390, height: 800 })
  await page.goto(filled.url('/snapshots'))
  const restore = page.getByRole('link', { name: /^Restore from / }).first()
  await expect(restore).toBeInViewport()
  const size = await restore.boundingBox()
  expect(Math.min(size?.width ?? 0, size?.height ?? 0)).toBeGreaterThanOrEqual(24)
  const table = page.getByRole('table', { name: 'Snapshots' })
  expect(
    await table.evaluate(({ scrollWidth, parentElement }) => scrollWidth - (parentElement?.clientWidth ?? 0)),
  ).toBe(0)
  await restore.click()
  await expect(page).toHaveURL(/\/restores\/new\?snapshot=/)
})

test('without a snapshot the sources are offered, and one leads to its newest snapshot', async ({ page, filled }) => {
  await filled.signIn(page)
  await page.goto(filled.url('/restores/new'))
  await page.getByRole('table', { name: 'Sources' }).getByRole('button', { name: 'Choose ledgers' }).click()
  await expect(page).toHaveURL(new RegExp(`/restores/new\\?snapshot=${filled.snapshot}`))
  await expect(page.getByRole('button', { name: 'Start the restore' })).toBeEnabled()
})
