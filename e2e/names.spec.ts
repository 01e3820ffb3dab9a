// Names and texts from outside: shown as text that does nothing, found, opened, downloaded and restored as the bytes that they are.
import { execFile } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import type { Page } from '@playwright/test'
import { runEnded } from '../tests/server/process.ts'
import { test as base, type Console, expect } from './console.ts'
import { contentOf, fillOverlong, hostileNames, markup } from './overlong.ts'

const program = path.join(import.meta.dirname, '../bin/holdfast')

type Filled = Console & { readonly snapshot: string }

const test = base.extend<{ harmless: undefined }, { filled: Filled }>({
  filled: [
    async ({ hold }, use) => {
      await fillOverlong(hold)
      const client = hold.box.client()
      const schedules = await client.schedules.list.query({})
      const scheduleId = schedules.items[0]?.id ?? ''
      const run = await runEnded(client, (await client.schedules.runNow.mutate({ id: scheduleId })).id)
      if (run.snapshotRowId === null) throw new Error('The schedule made no snapshot')
      await use({ ...hold, snapshot: run.snapshotRowId })
    },
    { scope: 'worker', timeout: 300_000 },
  ],
  // Whatever a payload would do if it ran: a dialog, a mark at the window, an element of its own.
  harmless: [
    async ({ page }, use) => {
      const dialogs: string[] = []
      page.on('dialog', (dialog) => {
        dialogs.push(dialog.message())
        void dialog.dismiss()
      })
      await use(undefined)
      expect(dialogs).toEqual([])
      expect(await page.evaluate(() => 'hacked' in window)).toBe(false)
      expect(await page.locator('img[src="x"]').count()).toBe(0)
    },
    { auto: true },
  ],
})

const folderOf = ({ source, snapshot, url }: Filled): string =>
  url(`/snapshots/${snapshot}/files?path=${encodeURIComponent(source)}`)
const main = (page: Page) => page.getByRole('main')

// Many pages, each of which a busy machine serves slowly.
test.describe.configure({ timeout: 600_000 })

/** What lies in a folder: names as bytes in hexadecimal, with their contents. */
function contents(folder: string): Record<string, string> {
  const names = fs.readdirSync(Buffer.from(folder), { encoding: 'buffer' })
  const files = names.filter((name) => fs.statSync(Buffer.concat([Buffer.from(`${folder}/`), name])).isFile())
  return Object.fromEntries(
    files
      .map((name) => [name.toString('hex'), fs.readFileSync(Buffer.concat([Buffer.from(`${folder}/`), name]), 'utf8')])
      .sort(),
  )
}

test('a folder shows every name as text, and opens each', async ({ page, filled }) => {
  await filled.signIn(page)
  for (const { shown } of hostileNames) {
    await page.goto(folderOf(filled))
    await main(page).getByRole('button', { name: shown, exact: true }).click()
    const sheet = page.getByRole('dialog', { name: shown, exact: true })
    await expect(sheet.getByText('window.hacked = true</script>').first()).toBeVisible()
    await expect(sheet.getByRole('list', { name: 'Versions, newest first' }).getByRole('listitem')).not.toHaveCount(0)
  }
})

test('each name is found by what it is shown as', async ({ page, filled }) => {
  await filled.signIn(page)
  for (const { shown } of hostileNames) {
    await page.goto(filled.url('/snapshots/search'))
    await page.getByRole('searchbox', { name: 'Find a file by name' }).fill(shown.slice(0, 60))
    await page.keyboard.press('Enter')
    await expect(main(page).getByRole('button', { name: shown, exact: true }).first()).toBeVisible()
  }
})

test('each is downloaded as the bytes that it is', async ({ page, filled }) => {
  await filled.signIn(page)
  for (const [at, { shown }] of hostileNames.entries()) {
    await page.goto(folderOf(filled))
    await main(page).getByRole('button', { name: shown, exact: true }).click()
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('dialog').getByRole('link', { name: 'Download', exact: true }).click(),
    ])
    expect(fs.readFileSync(await download.path(), 'utf8')).toBe(contentOf(at))
  }
})

/** Restores what is chosen in the wizard to a folder, and waits for its end. */
async function restoreTo(page: Page, target: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Folder of the server' }).fill(target)
  await page.getByRole('button', { name: 'Start the restore' }).click()
  await expect(page).toHaveURL(/\/restores\/[^/?]+$/)
  await expect(main(page).getByText('Succeeded').first()).toBeVisible({ timeout: 90_000 })
}

test('all of them are restored to another folder through the wizard', async ({ page, filled }) => {
  await filled.signIn(page)
  await page.goto(filled.url(`/restores/new?snapshot=${filled.snapshot}`))
  const target = path.join(filled.box.home, 'all-restored')
  await restoreTo(page, target)
  const before = contents(filled.source)
  expect(Object.keys(before)).toHaveLength(hostileNames.length)
  expect(contents(path.join(target, filled.source))).toEqual(before)
})

test('one name that is no UTF-8 is restored alone', async ({ page, filled }) => {
  const odd = hostileNames.find(({ shown }) => shown.includes('\\xe9'))
  await filled.signIn(page)
  await page.goto(folderOf(filled))
  await main(page)
    .getByRole('button', { name: odd?.shown ?? '', exact: true })
    .click()
  await page.getByRole('dialog').getByRole('link', { name: 'Restore this version' }).click()
  const target = path.join(filled.box.home, 'one-restored')
  await restoreTo(page, target)
  expect(Object.keys(contents(path.join(target, filled.source)))).toEqual([odd?.name.toString('hex')])
})

test('a run that failed tells a hostile path in its log and its error', async ({ page, filled }) => {
  const { items } = await filled.box.client().runs.list.query({ states: ['failed'], limit: 1 })
  await filled.signIn(page)
  await page.goto(filled.url(`/runs/${items[0]?.id}`))
  await expect(main(page).getByText(markup).first()).toBeVisible()
})

test('a host with a name of markup is shown by it', async ({ page, filled }) => {
  const repository = path.join(filled.box.data, 'repository')
  const key = path.join(filled.box.data, 'keys/backup.key')
  const words = ['backup', '--repo', repository, '--key-file', key, '--host', `${markup} host`, filled.source]
  await promisify(execFile)(program, words)
  const client = filled.box.client()
  const { items } = await client.repositories.list.query({})
  const repositoryId = items.find(({ name }) => name === 'local')?.id ?? ''
  // The server learns of what a program put into a repository when a backup of its own is done with it.
  const paths = [filled.source]
  await runEnded(client, (await client.runs.start.mutate({ kind: 'backup', type: 'full', repositoryId, paths })).id)
  const { items: snapshots } = await client.snapshots.list.query({ limit: 10 })
  const made = snapshots.find(({ host }) => host.includes('onerror'))
  expect(made).toBeDefined()
  await filled.signIn(page)
  await page.goto(filled.url('/snapshots'))
  await expect(main(page).getByText(`${markup} host`).first()).toBeVisible()
  await page.goto(filled.url(`/snapshots/${made?.id}`))
  await expect(main(page).getByText(`${markup} host`).first()).toBeVisible()
})

test('people, keys and descriptions with markup are shown, and a schedule can not be named so', async ({
  page,
  filled,
}) => {
  await filled.signIn(page)
  for (const where of ['/users', '/api-keys', '/audit', '/settings/versions', '/schedules']) {
    await page.goto(filled.url(where))
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  }
  await page.goto(filled.url('/users'))
  await expect(main(page).getByText(markup).first()).toBeVisible()
  await page.goto(filled.url('/api-keys'))
  await expect(main(page).getByText(markup).first()).toBeVisible()
  const settings = { type: 'full', cron_expression: '0 3 * * *', include_paths: [filled.source] }
  await expect(filled.call('schedules.create', { name: markup, settings, reason: 'no' })).rejects.toThrow(/usage/)
})

test('a browser that calls itself by markup is shown so among the sessions', async ({ browser, page, filled }) => {
  const context = await browser.newContext({ userAgent: `${markup} browser` })
  await filled.signIn(await context.newPage())
  await context.close()
  await filled.signIn(page)
  await page.goto(filled.url('/profile'))
  await expect(main(page).getByText(`${markup} browser`).first()).toBeVisible()
})
