// A server that is away for a while: nothing leads off the page to the browser's own error, and all goes on when it is back.
import { expect, test } from './console.ts'

test('links stay on the page while the server is away, and lead on afterwards', async ({ page, hold }) => {
  test.setTimeout(180_000)
  await hold.signIn(page)
  await page.goto(hold.url('/schedules'))
  const away = page.getByRole('status').getByText('What is shown may be out of date', { exact: false })
  const runs = page.getByRole('navigation', { name: 'Console' }).getByRole('link', { name: 'Runs' })
  await hold.box.end()
  // In the moment when it is gone, and once that is certain.
  await runs.click()
  await expect(page.getByRole('heading', { name: 'Schedules', level: 1 })).toBeVisible()
  await expect(away).toBeVisible({ timeout: 60_000 })
  await runs.click()
  await expect(page.getByText('This page waits for it.', { exact: false })).toBeVisible()
  await expect(page.getByRole('heading', { name: 'Schedules', level: 1 })).toBeVisible()
  await hold.box.start()
  await expect(away).toHaveCount(0, { timeout: 60_000 })
  await runs.click()
  await expect(page.getByRole('heading', { name: 'Runs', level: 1 })).toBeVisible()
})

test('Back leads to a page that was seen before also while the server is away', async ({ page, hold }) => {
  test.setTimeout(180_000)
  await hold.signIn(page)
  await page.goto(hold.url('/schedules'))
  await page.getByRole('navigation', { name: 'Console' }).getByRole('link', { name: 'Runs' }).click()
  await expect(page.getByRole('heading', { name: 'Runs', level: 1 })).toBeVisible()
  await hold.box.end()
  const away = page.getByRole('status').getByText('What is shown may be out of date', { exact: false })
  await expect(away).toBeVisible({ timeout: 60_000 })
  await page.goBack()
  await expect(page.getByRole('heading', { name: 'Schedules', level: 1 })).toBeVisible()
  await hold.box.start()
  await expect(away).toHaveCount(0, { timeout: 60_000 })
})

test('whoever comes back to a tab that told them nothing meanwhile can go on at once', async ({ page, hold }) => {
  await hold.signIn(page)
  await page.goto(hold.url('/schedules'))
  const seen = (hidden: boolean): Promise<void> =>
    page.evaluate((hidden) => {
      Object.defineProperty(document, 'hidden', { value: hidden, configurable: true })
      document.dispatchEvent(new Event('visibilitychange'))
    }, hidden)
  await seen(true)
  // So long is the tab told of news all the same.
  await page.waitForTimeout(6000)
  // The new stream begins, and takes its time.
  await page.route('**/api/trpc/events.live*', async (route) => {
    await new Promise((done) => setTimeout(done, 1200))
    await route.continue()
  })
  await seen(false)
  await page.waitForTimeout(300)
  await page.getByRole('navigation', { name: 'Console' }).getByRole('link', { name: 'Runs' }).click()
  await expect(page.getByRole('heading', { name: 'Runs', level: 1 })).toBeVisible()
})

test('what came with a page is not asked for again by it', async ({ page, hold }) => {
  await hold.signIn(page)
  await page.goto(hold.url('/schedules'))
  const asked: string[] = []
  page.on('request', (request) => {
    const [, procedures] = /\/api\/trpc\/([^?]+)/.exec(request.url()) ?? []
    if (procedures !== undefined) asked.push(procedures)
  })
  await page.goto(hold.url('/schedules'))
  await expect.poll(() => asked.join()).toContain('events.live')
  // What follows an event is asked for within this time.
  await page.waitForTimeout(3000)
  expect(asked.join()).not.toContain('schedules.list')
})
