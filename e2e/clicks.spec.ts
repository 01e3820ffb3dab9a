// No task of the console takes more clicks than its design allows, and docs/console.md says how each is done.
import fs from 'node:fs'
import path from 'node:path'
import type { Page } from '@playwright/test'
import { expect, type OpenDemo, test } from './demo.ts'
import { asker } from './pages.ts'
import { clicksOf, rowsOf, type Task, tasks } from './tasks.ts'

const FILES = 10_000
const RUNS = 30

/** Counts every press of a pointer in the page, through all its loads. */
async function counted(page: Page): Promise<() => number> {
  let presses = 0
  await page.exposeFunction('holdfastPressed', () => {
    presses += 1
  })
  await page.addInitScript(() => {
    const count = (window as unknown as { holdfastPressed(): void }).holdfastPressed
    window.addEventListener('pointerdown', ({ isTrusted }) => isTrusted && count(), { capture: true })
  })
  return () => presses
}

/** What a task needs to be there before anybody comes. */
async function prepare(page: Page, demo: OpenDemo, { number }: Task): Promise<void> {
  if (number !== 7) return
  // One after the other, long enough for a busy machine to show one at work.
  const folder = path.join(demo.home, 'many')
  fs.mkdirSync(folder)
  for (let at = 0; at < FILES; at += 1) fs.writeFileSync(path.join(folder, `file ${at}.txt`), `Content ${at}\n`)
  const repositories = await asker(page.request, demo.url)<{ items: { id: string }[] }>('repositories.list', {})
  const input = { kind: 'backup', type: 'full', repositoryId: repositories.items[0]?.id, paths: [folder] }
  for (let at = 0; at < RUNS; at += 1) {
    const answer = await page.request.post(demo.url('/api/trpc/runs.start'), {
      data: input,
      headers: { Origin: new URL(demo.url('/')).origin, 'x-holdfast-console': '1' },
    })
    expect(answer.status()).toBe(200)
  }
}

// Many pages, each of which a busy machine serves slowly.
test.describe.configure({ timeout: 600_000 })

for (const task of tasks)
  test(`${task.number}: ${task.what}`, async ({ page, demo }) => {
    await demo.signIn(page)
    await prepare(page, demo, task)
    const presses = await counted(page)
    await page.goto(demo.url('/'))
    for (const step of task.path) {
      if ('on' in step) await step.on(page).click()
      else {
        // Typing begins with the field in focus, which takes no mouse.
        await step.into(page).focus()
        await step.into(page).fill(step.text)
        await page.keyboard.press('Enter')
      }
    }
    await task.sees(page)
    expect(presses()).toBe(clicksOf(task))
    expect(presses()).toBeLessThanOrEqual(task.allowed)
  })

test('docs/console.md tells every path and its clicks', () => {
  const text = fs.readFileSync(path.join(import.meta.dirname, '../docs/console.md'), 'utf8')
  const table = /<!-- tasks -->\n([\s\S]*?)<!-- end of tasks -->/.exec(text)?.[1] ?? ''
  const rows = table.split('\n').filter((line) => /^\| \d/.test(line))
  expect(rows).toEqual(rowsOf())
})
