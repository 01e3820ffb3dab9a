// A run watched through a reload, a lost server and its return; and one that is cancelled. Compression with xz makes backups slow enough to watch.
import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { expect, type Page } from '@playwright/test'
import { test as base, type Console, openConsole } from './console.ts'

const MEBIBYTE = 1 << 20

/** Text that xz has to think about. */
const letters = (bytes: number): Uint8Array => randomBytes(bytes).map((byte) => 97 + (byte % 19))

const test = base.extend<object, { slow: Console }>({
  slow: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of fixtures from it
    async ({}, use) => {
      await using hold = await openConsole({
        compression: { default_algorithm: 'xz', algorithms: { xz: { enabled: true, compression_level: 9 } } },
      })
      await hold.call('schedules.create', {
        name: 'papers',
        settings: { type: 'incremental', cron_expression: '0 3 1 1 *', include_paths: [hold.source] },
        reason: 'for the test',
      })
      for (let at = 0; at < 12; at += 1) {
        fs.writeFileSync(path.join(hold.source, `file-${at}.txt`), letters(4 * MEBIBYTE))
      }
      await use(hold)
    },
    { scope: 'worker', timeout: 180_000 },
  ],
})

/** Starts the schedule from its list, and goes to the run. */
async function backUpNow(page: Page, hold: Console): Promise<void> {
  await page.goto(hold.url('/schedules'))
  const started = page.waitForResponse(/schedules\.runNow/)
  await page
    .getByRole('button', { name: /run.*now/i })
    .first()
    .click()
  const { result } = (await (await started).json())[0] as { result: { data: { id: string } } }
  await page.goto(hold.url(`/runs/${result.data.id}`))
  await expect(page.getByRole('main').getByText('Running').first()).toBeVisible()
}

const done = async (page: Page): Promise<number> =>
  Number((await page.getByRole('progressbar').first().getAttribute('aria-valuenow')) ?? 0)

test.setTimeout(6 * 60_000)

test('a run is watched through a reload, the death of the server, and its return', async ({ page, slow }) => {
  await slow.signIn(page)
  await backUpNow(page, slow)
  await expect.poll(() => page.getByRole('main').textContent(), { timeout: 60_000 }).toMatch(/[1-9]\d* files?/)

  await test.step('a reload shows the run as far as it is', async () => {
    await page.reload()
    await expect(page.getByRole('main').getByText('Running').first()).toBeVisible()
    await expect(page.getByRole('progressbar').first()).toBeVisible()
    expect(await done(page)).toBeLessThan(100)
  })

  await test.step('the server dies: the page says so, and keeps what it knows', async () => {
    await slow.box.end('SIGKILL')
    await expect(page.getByText('The server does not answer.', { exact: false }).first()).toBeVisible()
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  })

  await test.step('it comes back: the page goes on without a reload, and shows what became of the run', async () => {
    await page.evaluate(() => Object.assign(window, { stayed: true }))
    await slow.box.start()
    await expect(page.getByText('The server does not answer.', { exact: false })).toHaveCount(0, { timeout: 30_000 })
    await expect(
      page
        .getByRole('main')
        .getByText(/Lost|does its work again/)
        .first(),
    ).toBeVisible({ timeout: 60_000 })
    expect(await page.evaluate(() => (window as { stayed?: boolean }).stayed)).toBe(true)
  })

  await test.step('the run that goes on with it ends well', async () => {
    await page.getByRole('link', { name: 'see that run' }).click()
    await expect(page.getByRole('main').getByText('Succeeded').first()).toBeVisible({ timeout: 240_000 })
  })
})

test('a run is cancelled, and a list that is open says so by itself', async ({ page, context, slow }) => {
  // A run is cancelled between two files, or two stretches of a large one.
  for (let at = 0; at < 40; at += 1) fs.writeFileSync(path.join(slow.source, `more-${at}.txt`), letters(MEBIBYTE))
  await slow.signIn(page)
  await backUpNow(page, slow)
  const other = await context.newPage()
  await other.goto(slow.url('/runs'))
  await expect(other.getByRole('main').getByText('Running').first()).toBeVisible()

  await page.getByRole('button', { name: 'Cancel', exact: true }).click()
  await page.getByRole('button', { name: 'Cancel the run' }).click()
  await expect(page.getByRole('main').getByText('Cancelled').first()).toBeVisible({ timeout: 60_000 })
  await expect(other.getByRole('table').getByText('Cancelled').filter({ visible: true }).first()).toBeVisible()
})
