// `npm run bench:console`: how soon pages show their content with a big demo, whether they move afterwards, what scripts they load, and how lists scroll.
// For an idle machine. `-- --demo FOLDER` keeps the demo and uses it again; `--pages runs,audit` measures some only, `--only scrolls` or `--only loads` half of it. Prints a table in Markdown.
import os from 'node:os'
import { parseArgs } from 'node:util'
import { type Browser, type BrowserContext, chromium, type Page } from '@playwright/test'
import { openDemo, type Stand } from './demo.ts'
import { asker, pagesOf, type Shown } from './pages.ts'
import { allInSight } from './quiet.ts'

const { values } = parseArgs({
  options: {
    demo: { type: 'string' },
    days: { type: 'string', default: '90' },
    scale: { type: 'string', default: '100' },
    times: { type: 'string', default: '5' },
    pages: { type: 'string', default: '' },
    only: { type: 'string', default: 'loads,scrolls' },
  },
})
const ROWS = 10_000
/** Shifts after the content is there are waited for so long. */
const REST_MS = 1500
const PATIENCE_MS = 30_000
const SCROLL_MS = 240_000
/** A list that has not grown for so long is at its end (ms). */
const END_MS = 5000

type State = Awaited<ReturnType<BrowserContext['storageState']>>
type Seen = { shown: number; shift: number; longest: number }
type Load = { readonly shown: number; readonly shift: number; readonly script: number }
type Watched = { holdfastSeen: Seen; holdfastAllInSight(): boolean }

const say = (line: string): void => void process.stdout.write(`${line}\n`)
const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0

/** In the page, from its first moment on: when its content was there, how far it moved, and how long scripts held it up. */
function watch(): void {
  const seen: Seen = { shown: 0, shift: 0, longest: 0 }
  Object.assign(window, { holdfastSeen: seen })
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean })[])
      if (!entry.hadRecentInput) seen.shift += entry.value
  }).observe({ type: 'layout-shift', buffered: true })
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) seen.longest = Math.max(seen.longest, duration)
  }).observe({ type: 'longtask', buffered: true })
  const look = (): void => {
    const main = document.querySelector('main')
    if (main?.querySelector('h1') && (window as unknown as Watched).holdfastAllInSight()) seen.shown = performance.now()
    else requestAnimationFrame(look)
  }
  requestAnimationFrame(look)
}

/** A first visit: nothing of the console is in the browser's cache. */
async function load(browser: Browser, state: State, url: string): Promise<Load> {
  const context = await browser.newContext({ storageState: state, viewport: { width: 1280, height: 800 } })
  try {
    const page = await context.newPage()
    await page.addInitScript({ content: `window.holdfastAllInSight = ${allInSight}` })
    await page.addInitScript(watch)
    await page.goto(url, { waitUntil: 'load' })
    await page.waitForFunction(() => (window as unknown as Watched).holdfastSeen.shown > 0, null, {
      timeout: PATIENCE_MS,
    })
    await page.waitForTimeout(REST_MS)
    return await page.evaluate(() => {
      const scripts = performance.getEntriesByType('resource').filter(({ name }) => /\.js(\?|$)/.test(name))
      const script = scripts.reduce((sum, each) => sum + (each as PerformanceResourceTiming).encodedBodySize, 0)
      const { shown, shift } = (window as unknown as Watched).holdfastSeen
      const painted = performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0
      return { shown: Math.max(shown, painted), shift, script }
    })
  } finally {
    await context.close()
  }
}

async function loads(browser: Browser, state: State, stand: Stand, pages: readonly Shown[]): Promise<void> {
  say('| page | content shown (ms, median) | slowest | layout shift | script (kB compressed) |')
  say('| --- | --- | --- | --- | --- |')
  for (const { name, path } of pages) {
    // The first one warms the server.
    await load(browser, state, stand.url(path))
    const found: Load[] = []
    for (let at = 0; at < Number(values.times); at += 1) found.push(await load(browser, state, stand.url(path)))
    const shown = found.map((each) => each.shown)
    const shift = Math.max(...found.map((each) => each.shift))
    const script = Math.max(...found.map((each) => each.script))
    const figures = [
      median(shown).toFixed(0),
      Math.max(...shown).toFixed(0),
      shift.toFixed(3),
      (script / 1000).toFixed(0),
    ]
    say(`| ${[name, ...figures].join(' | ')} |`)
  }
}

/** Scrolls a list until so many rows went by, in steps of a page, a step a frame. */
async function scroll(page: Page): Promise<{ rows: number; longest: number }> {
  await page.evaluate(() => {
    const { holdfastSeen } = window as unknown as Watched
    holdfastSeen.longest = 0
  })
  const rows = await page.evaluate(
    async ({ wanted, until, still }) => {
      const last = (): number =>
        Number([...document.querySelectorAll('main tbody tr[aria-rowindex]')].at(-1)?.getAttribute('aria-rowindex'))
      const scroller = document.querySelector('main table')?.parentElement
      const end = performance.now() + until
      let [seen, grown] = [0, performance.now()]
      while (scroller && last() < wanted && performance.now() < Math.min(end, grown + still)) {
        scroller.scrollBy({ top: scroller.clientHeight })
        await new Promise((next) => requestAnimationFrame(next))
        if (last() > seen) [seen, grown] = [last(), performance.now()]
      }
      return last()
    },
    { wanted: ROWS, until: SCROLL_MS, still: END_MS },
  )
  const { longest } = await page.evaluate(() => (window as unknown as Watched).holdfastSeen)
  return { rows, longest }
}

async function scrolls(browser: Browser, state: State, stand: Stand): Promise<void> {
  say('\n| list | rows scrolled | longest task (ms) |\n| --- | --- | --- |')
  for (const path of ['/runs', '/snapshots', '/audit', '/notifications', '/restores']) {
    const context = await browser.newContext({ storageState: state, viewport: { width: 1280, height: 800 } })
    const page = await context.newPage()
    await page.addInitScript({ content: `window.holdfastAllInSight = ${allInSight}` })
    await page.addInitScript(watch)
    await page.goto(stand.url(path), { waitUntil: 'load' })
    await page.waitForTimeout(REST_MS)
    const { rows, longest } = await scroll(page)
    say(`| ${path} | ${rows} | ${longest === 0 ? 'none over 50' : longest.toFixed(0)} |`)
    await context.close()
  }
}

const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] })
try {
  await using demo = await openDemo({
    days: Number(values.days),
    scale: Number(values.scale),
    folder: values.demo,
  })
  const context = await browser.newContext()
  await demo.signIn(await context.newPage())
  const state = await context.storageState()
  const wanted = values.pages.split(',').filter(Boolean)
  const all = await pagesOf(asker(context.request, demo.url))
  const pages = all.filter(
    ({ name, open, stranger, status }) =>
      open === undefined &&
      !stranger &&
      status === undefined &&
      name !== 'sign-out' &&
      (wanted.length === 0 || wanted.includes(name)),
  )
  await context.close()
  const [load1] = os.loadavg()
  say(
    `${new Date().toISOString().slice(0, 10)}, ${os.cpus().length} × ${os.cpus()[0]?.model}, load ${load1?.toFixed(1)}\n`,
  )
  if (values.only.includes('loads')) await loads(browser, state, demo, pages)
  if (values.only.includes('scrolls')) await scrolls(browser, state, demo)
} finally {
  await browser.close()
}
