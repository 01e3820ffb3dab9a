// What a page must not say while nobody looks: errors of scripts, and text that shows a mistake of the console.
import type { Page } from '@playwright/test'

/** Collects errors of the page's scripts and of the browser's console from now on. */
export function watched(page: Page): string[] {
  const problems: string[] = []
  page.on('pageerror', (error) => problems.push(String(error.stack ?? error)))
  page.on('console', (message) => {
    // Refusals that somebody asks for, and a server that is away, are told by the browser itself.
    if (message.type() === 'error' && !/Failed to load resource|net::ERR_/.test(message.text()))
      problems.push(message.text())
  })
  return problems
}

/** What is wrong with a page as it stands: wider than its window, or words that no person wrote. */
export const mistakes = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const found: string[] = []
    const { scrollWidth, clientWidth } = document.documentElement
    if (scrollWidth > clientWidth) found.push(`${scrollWidth - clientWidth} px wider than the window`)
    // biome-ignore lint/performance/useDomNodeTextContent: what can be read, not the scripts in it
    const text = document.body.innerText
    for (const word of ['undefined', 'NaN', '[object ', 'Invalid Date', 'Infinity'])
      if (new RegExp(word.replace('[', '\\['), 'u').test(text)) found.push(`says "${word}"`)
    return found
  })

/** In the page: whether nothing in sight stands in for what is on its way. What stands below the rows of a list, for those to come, is waited for by nobody. */
export function allInSight(): boolean {
  return [...document.querySelectorAll('.animate-pulse')].every((each) => {
    const list = each.closest('.overflow-auto')?.getBoundingClientRect().bottom ?? innerHeight
    return each.getBoundingClientRect().top >= Math.min(innerHeight, list)
  })
}

/** In the page: whether its scripts have taken over what the server sent. Pages without scripts have nothing to take over. */
const takenOver = (): boolean => {
  if (!('__next_f' in window)) return true
  const some = document.querySelector('main :is(button, a, input, h1)')
  return some !== null && Object.keys(some).some((key) => key.startsWith('__react'))
}

/** Waits until the page answers to keys and clicks. */
export const answering = (page: Page): Promise<unknown> => page.waitForFunction(takenOver, null, { timeout: 60_000 })

/** From now on a page is gone to once it answers to keys and clicks: a person needs longer than that to find what to press. */
export function readyOnArrival(page: Page): void {
  const [goto, reload] = [page.goto.bind(page), page.reload.bind(page)]
  const ready = async <Answer>(answer: Answer): Promise<Answer> => {
    await answering(page)
    return answer
  }
  page.goto = async (...given) => ready(await goto(...given))
  page.reload = async (...given) => ready(await reload(...given))
}
