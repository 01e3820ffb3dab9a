// `npm run screenshots`: every page of an empty, a full and an overlong console, light and dark, wide and narrow, with what is wrong with them in plain words.
// For people to look at: e2e/results/screens/index.html. `-- --only overlong --pages users,runs` makes some of them again; `--demo FOLDER` keeps the demo.
import fs from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { type Browser, chromium, type Page } from '@playwright/test'
import { openConsole } from './console.ts'
import { openDemo } from './demo.ts'
import { fillOverlong } from './overlong.ts'
import { asker, pagesOf, type Shown } from './pages.ts'
import { allInSight, mistakes, watched } from './quiet.ts'

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: 'empty,full,overlong' },
    pages: { type: 'string', default: '' },
    demo: { type: 'string' },
    days: { type: 'string', default: '20' },
    looks: { type: 'string', default: 'light-1280,light-390,dark-1280,dark-390' },
  },
})
const folder = path.join(import.meta.dirname, 'results/screens')
const QUIET_MS = 400

type Look = { readonly kind: string; readonly theme: 'light' | 'dark'; readonly width: number }
type Shot = { readonly file: string; readonly shown: Shown; readonly look: Look; readonly wrong: readonly string[] }
type Open = { url(page: string): string; signIn(page: Page): Promise<void> }

const say = (line: string): void => void process.stdout.write(`${line}\n`)
const wanted = values.pages.split(',').filter(Boolean)

/** Goes to a page, opens what is to be seen, waits until nothing moves any more, and looks. */
async function shoot(page: Page, { url }: Open, shown: Shown, look: Look): Promise<Shot | undefined> {
  const problems = watched(page)
  const answer = await page.goto(url(shown.path), { waitUntil: 'load' })
  const wrong: string[] = []
  if (answer?.status() !== (shown.status ?? 200)) wrong.push(`answers ${answer?.status()}`)
  await settle(page)
  if (shown.open !== undefined && !(await shown.open(page))) return undefined
  await settle(page)
  wrong.push(...(await mistakes(page)), ...problems)
  const file = `${look.kind}-${shown.name}-${look.theme}-${look.width}.png`
  await page.screenshot({ path: path.join(folder, file), fullPage: shown.open === undefined, animations: 'disabled' })
  page.removeAllListeners('console')
  page.removeAllListeners('pageerror')
  return { file, shown, look, wrong }
}

async function settle(page: Page): Promise<void> {
  // Shapes of what loads and bars of what is counted go away by themselves.
  await page.waitForFunction(() => document.querySelector('main [aria-busy="true"]') === null, null, {
    timeout: 15_000,
  })
  await page.waitForFunction(allInSight, null, { timeout: 15_000 })
  await page.waitForTimeout(QUIET_MS)
}

async function shootAll(browser: Browser, kind: string, open: Open): Promise<Shot[]> {
  const first = await browser.newContext()
  const page = await first.newPage()
  await open.signIn(page)
  const state = await first.storageState()
  const pages = (await pagesOf(asker(first.request, open.url))).filter(
    ({ name }) => wanted.length === 0 || wanted.includes(name),
  )
  const shots: Shot[] = []
  for (const look of values.looks.split(',')) {
    const [name, size] = look.split('-')
    const theme: Look['theme'] = name === 'dark' ? 'dark' : 'light'
    const width = Number(size)
    const common = { viewport: { width, height: 800 }, colorScheme: theme, timezoneId: 'Europe/Berlin' }
    const [context, stranger] = await Promise.all([
      browser.newContext({ ...common, storageState: state }),
      browser.newContext(common),
    ])
    const tabs = { own: await context.newPage(), stranger: await stranger.newPage() }
    for (const shown of pages) {
      const tab = shown.stranger ? tabs.stranger : tabs.own
      const shot = await shoot(tab, open, shown, { kind, theme, width }).catch((error: unknown) => {
        say(`${kind} ${shown.name} ${theme} ${width}: ${String(error).split('\n')[0]}`)
        return undefined
      })
      if (shot === undefined) continue
      for (const each of shot.wrong) say(`${kind} ${shown.name} ${theme} ${width}: ${each}`)
      shots.push(shot)
    }
    await context.close()
    await stranger.close()
  }
  await first.close()
  return shots
}

const escaped = (text: string): string => text.replace(/[&<>"]/g, (each) => `&#${each.charCodeAt(0)};`)

/** All pictures on one sheet, with what is wrong beside them. */
function contactSheet(shots: readonly Shot[]): string {
  const figures = shots.map(
    ({ file, wrong }) =>
      `<figure${wrong.length > 0 ? ' class="wrong"' : ''}><a href="${file}"><img loading="lazy" src="${file}" alt=""></a>` +
      `<figcaption>${escaped(file)}${wrong.map((each) => `<br><b>${escaped(each)}</b>`).join('')}</figcaption></figure>`,
  )
  const style =
    'body{font:13px sans-serif;display:flex;flex-wrap:wrap;gap:12px}figure{margin:0;width:300px}img{width:300px;max-height:420px;object-fit:cover;object-position:top;border:1px solid #999}.wrong{outline:3px solid red}'
  return `<!doctype html><meta charset="utf-8"><title>Screens</title><style>${style}</style>${figures.join('\n')}\n`
}

/** One after the other: each has a server of its own. */
async function makeAll(browser: Browser): Promise<Shot[]> {
  const kinds = values.only.split(',')
  const shots: Shot[] = []
  if (kinds.includes('empty')) {
    await using empty = await openConsole()
    shots.push(...(await shootAll(browser, 'empty', empty)))
  }
  if (kinds.includes('overlong')) {
    await using overlong = await openConsole()
    await fillOverlong(overlong)
    shots.push(...(await shootAll(browser, 'overlong', overlong)))
  }
  if (kinds.includes('full')) {
    await using full = await openDemo({ days: Number(values.days), folder: values.demo })
    shots.push(...(await shootAll(browser, 'full', full)))
  }
  return shots
}

fs.mkdirSync(folder, { recursive: true })
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] })
try {
  const shots = await makeAll(browser)
  fs.writeFileSync(path.join(folder, 'index.html'), contactSheet(shots))
  const wrong = shots.filter((shot) => shot.wrong.length > 0).length
  say(`${shots.length} pictures, ${wrong} with something wrong: ${path.join(folder, 'index.html')}`)
  process.exitCode = wrong > 0 ? 1 : 0
} finally {
  await browser.close()
}
