// No page, sheet or dialog breaks a rule of WCAG 2.2 AA that axe can see: full and empty, light and dark, wide and narrow.
import AxeBuilder from '@axe-core/playwright'
import type { Browser, BrowserContext, Page } from '@playwright/test'
import { openConsole } from './console.ts'
import { test as base, expect, type Stand } from './demo.ts'
import { asker, pagesOf, routes, type Shown } from './pages.ts'

const tags = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']
const grave = new Set(['serious', 'critical'])
const MINUTE = 60_000

const test = base.extend<object, { empty: Stand }>({
  empty: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of fixtures from it
    async ({}, use) => {
      await using empty = await openConsole()
      const { url, signIn } = empty
      await use({ url, signIn: (page) => signIn(page) })
    },
    { scope: 'worker', timeout: 5 * MINUTE },
  ],
})

type Look = { readonly colorScheme: 'light' | 'dark'; readonly width: number }

const looks: readonly Look[] = (['light', 'dark'] as const).flatMap((colorScheme) =>
  [1280, 390].map((width) => ({ colorScheme, width })),
)

type State = Awaited<ReturnType<BrowserContext['storageState']>>

/** The browser state of somebody who is signed in, and all pages that there are for them. */
async function enter(browser: Browser, stand: Stand): Promise<{ state: State; pages: readonly Shown[] }> {
  const context = await browser.newContext()
  await stand.signIn(await context.newPage())
  const entered = { state: await context.storageState(), pages: await pagesOf(asker(context.request, stand.url)) }
  await context.close()
  return entered
}

/** What axe finds on a page that is open, each in a line with the elements. */
async function violations(page: Page): Promise<string[]> {
  const { violations: found } = await new AxeBuilder({ page }).withTags(tags).analyze()
  return found
    .filter(({ impact }) => grave.has(impact ?? ''))
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`)
}

async function check(page: Page, stand: Stand, shown: Shown): Promise<string[]> {
  await page.goto(stand.url(shown.path))
  await expect(page.getByRole('heading').first()).toBeVisible()
  if (shown.open !== undefined && !(await shown.open(page))) return []
  // What comes later, and what moves, is looked at when it has come to rest.
  await page.waitForFunction(() => document.querySelector('main [aria-busy="true"]') === null)
  await page.waitForFunction(() =>
    document.getAnimations().every(({ effect, playState }) => {
      const endless = effect?.getComputedTiming().iterations === Number.POSITIVE_INFINITY
      return endless || playState !== 'running'
    }),
  )
  return (await violations(page)).map((each) => `${shown.name}: ${each}`)
}

/** Goes through all pages with one look. */
async function sweep(browser: Browser, stand: Stand, { colorScheme, width }: Look): Promise<string[]> {
  const { state, pages } = await enter(browser, stand)
  const options = { colorScheme, viewport: { width, height: 800 }, reducedMotion: 'reduce' as const }
  const own = await browser.newContext({ ...options, storageState: state })
  const strangers = await browser.newContext(options)
  const tabs = { own: await own.newPage(), stranger: await strangers.newPage() }
  const found: string[] = []
  for (const shown of pages) found.push(...(await check(shown.stranger ? tabs.stranger : tabs.own, stand, shown)))
  await own.close()
  await strangers.close()
  return found
}

for (const look of looks) {
  test(`full, ${look.colorScheme}, ${look.width} px wide`, async ({ browser, demo }) => {
    test.setTimeout(20 * MINUTE)
    expect(await sweep(browser, demo, look)).toEqual([])
  })
  test(`empty, ${look.colorScheme}, ${look.width} px wide`, async ({ browser, empty }) => {
    test.setTimeout(20 * MINUTE)
    expect(await sweep(browser, empty, look)).toEqual([])
  })
}

test('no page is left out', async ({ browser, demo }) => {
  const { pages } = await enter(browser, demo)
  expect([...new Set(pages.map(({ route }) => route))].sort()).toEqual(expect.arrayContaining(routes()))
})
