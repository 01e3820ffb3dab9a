// A page that is older than the server, and a tab too many: both are told as what they are, and nothing that is typed is lost.
import type { Page } from '@playwright/test'
import { buildHeader } from '../server/contract/page-call.ts'
import { expect, test } from './console.ts'

/** As many as one person may have. */
const STREAMS = 10

const updated = (page: Page) => page.getByText('Holdfast was updated.', { exact: false })

test('the server has newer pages', async ({ page, hold }) => {
  await hold.signIn(page)
  await page.goto(hold.url('/users?dialog=new'))
  const name = page.getByRole('dialog').getByLabel('Name')
  await name.fill('Grace Hopper')
  await expect(updated(page)).toHaveCount(0)
  // All that it asks but the stream of events, which is one answer without end.
  await page.route(/\/api\/trpc\/(?!events\.)/, async (route) => {
    const answer = await route.fetch()
    await route.fulfill({ response: answer, headers: { ...answer.headers(), [buildHeader]: 'a-newer-one' } })
  })
  // What the page asks when it comes back to a server that was away.
  await hold.box.end()
  await hold.box.start()
  await expect(updated(page)).toBeVisible({ timeout: 60_000 })
  await expect(name).toHaveValue('Grace Hopper')
})

test.describe(() => {
  test.use({ foreseen: /ChunkLoadError/ })

  test('code that is gone: what asks for it says so, and a page that needs it is loaded anew once', async ({
    page,
    hold,
  }) => {
    await hold.signIn(page)
    await page.goto(hold.url('/'))
    await expect(page.getByRole('heading', { name: 'Overview' })).toBeVisible()
    await page.route('**/_next/static/chunks/**', (route) => route.fulfill({ status: 404 }))
    await page.getByRole('button', { name: /Go to, or do/ }).click()
    await expect(page.getByRole('dialog').getByRole('button', { name: 'Reload the page' })).toBeVisible()
    // That something could not be fetched says nothing of an update.
    await expect(updated(page)).toHaveCount(0)
    await page.keyboard.press('Escape')

    let loads = 0
    page.on('request', (request) => {
      if (request.isNavigationRequest()) loads += 1
    })
    await page.getByRole('navigation', { name: 'Console' }).getByRole('link', { name: 'Settings' }).click()
    await expect.poll(() => loads).toBe(1)
    await page.waitForLoadState()
    await page.unroute('**/_next/static/chunks/**')
    await page.reload()
    await expect(page.getByRole('heading', { name: 'Settings', level: 1 })).toBeVisible()
    expect(loads).toBe(2)
  })
})

test('more open tabs than there are streams for', async ({ page, hold }) => {
  await hold.signIn(page)
  await page.goto(hold.url('/schedules'))
  const cookie = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join('; ')
  const open: AbortController[] = []
  await page.goto('about:blank')
  for (let tab = 0; tab < STREAMS; tab += 1) {
    const stop = new AbortController()
    open.push(stop)
    const headers = { cookie, accept: 'text/event-stream', 'x-holdfast-console': '1' }
    const answer = await fetch(hold.url('/api/trpc/events.live'), { headers, signal: stop.signal })
    // Read, for who does not read is cut off; it ends with the abort.
    answer.body?.pipeTo(new WritableStream()).catch(() => undefined)
  }
  await page.goto(hold.url('/schedules'))
  const paused = page.getByText('Live updates are paused in this tab', { exact: false })
  await expect(paused).toBeVisible()
  await expect(page.getByText('The server does not answer.', { exact: false })).toHaveCount(0)
  await expect(page.getByRole('heading', { name: 'Schedules', level: 1 })).toBeVisible()
  for (const stop of open) stop.abort()
  await expect(paused).toHaveCount(0, { timeout: 60_000 })
})
