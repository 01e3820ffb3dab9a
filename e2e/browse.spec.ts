// A folder of 100,000 files: only rows that are seen exist, the list is scrolled on and on, and any name is reached.
import fs from 'node:fs'
import path from 'node:path'
import type { Page } from '@playwright/test'
import { runEnded } from '../tests/server/process.ts'
import { test as base, type Console, expect } from './console.ts'

const FILES = 100_000
const nameOf = (at: number): string => `file-${String(at).padStart(6, '0')}.txt`

type Many = Console & { readonly folder: string }

const test = base.extend<object, { many: Many }>({
  many: [
    async ({ hold }, use) => {
      for (let at = 0; at < FILES; at += 1) fs.writeFileSync(path.join(hold.source, nameOf(at)), '')
      const client = hold.box.client()
      const { items } = await client.repositories.list.query({})
      const backup = { kind: 'backup' as const, type: 'full' as const, paths: [hold.source] }
      const { id } = await client.runs.start.mutate({ ...backup, repositoryId: items[0]?.id ?? '' })
      const { snapshotRowId } = await runEnded(client, id)
      await use({
        ...hold,
        folder: hold.url(`/snapshots/${snapshotRowId}/files?path=${encodeURIComponent(hold.source)}`),
      })
    },
    { scope: 'worker', timeout: 600_000 },
  ],
})

// Many pages, each of which a busy machine serves slowly.
test.describe.configure({ timeout: 600_000 })

const rows = (page: Page) => page.locator('main tbody tr')
const main = (page: Page) => page.getByRole('main')

/** The name in the last row that exists. */
const lastName = async (page: Page): Promise<string> =>
  (await main(page)
    .getByRole('button', { name: /^file-\d+\.txt$/ })
    .last()
    .textContent()) ?? ''

test('scrolling brings rows on and on, of which few exist at a time', async ({ page, many }) => {
  await many.signIn(page)
  await page.goto(many.folder)
  await expect(main(page).getByText(nameOf(0), { exact: true })).toBeVisible()
  const table = main(page)
    .getByRole('region')
    .filter({ has: page.getByRole('table') })
    .last()
  let reached = ''
  await expect(async () => {
    await table.evaluate((element) => element.scrollTo({ top: element.scrollHeight }))
    expect(await rows(page).count()).toBeLessThan(200)
    reached = await lastName(page)
    expect(reached >= nameOf(3000)).toBe(true)
  }).toPass({ timeout: 120_000, intervals: [200] })
  await table.evaluate((element) => element.scrollTo({ top: 0 }))
  await expect(main(page).getByText(nameOf(0), { exact: true })).toBeVisible()
  expect(await rows(page).count()).toBeLessThan(200)
})

test('a name at the end of the folder is reached by its beginning', async ({ page, many }) => {
  await many.signIn(page)
  await page.goto(many.folder)
  await page
    .getByRole('searchbox', { name: /begins? with|names?/i })
    .first()
    .fill(nameOf(FILES - 1).slice(0, 11))
  await main(page)
    .getByRole('button', { name: nameOf(FILES - 1), exact: true })
    .click()
  await expect(page.getByRole('dialog', { name: nameOf(FILES - 1) })).toBeVisible()
})

test('a name in the middle is found by a search over all snapshots', async ({ page, many }) => {
  await many.signIn(page)
  await page.goto(many.url(`/snapshots/search?q=${nameOf(54_321)}`))
  await expect(main(page).getByRole('button', { name: nameOf(54_321), exact: true })).toBeVisible({ timeout: 60_000 })
})
