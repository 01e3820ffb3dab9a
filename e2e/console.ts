// For browser tests: a server of its own for each file, people of each role, and the way in.
import fs from 'node:fs'
import path from 'node:path'
import { test as base, expect, type Page } from '@playwright/test'
import type { Role } from '../server/contract/permissions.ts'
import { ServerBox } from '../tests/server/process.ts'
import { answering, readyOnArrival, watched } from './quiet.ts'

export { expect }

export const administrator = { name: 'Ada Lovelace', email: 'ada@example.com', password: 'violet-harbour-tractor-49' }
const password = 'quiet-lantern-meadow-73'

export type Console = {
  readonly box: ServerBox
  /** What is protected: an empty folder to fill. */
  readonly source: string
  /** The address of a page: `url('/runs')`. */
  url(page: string): string
  /** Signs in through the form, as the administrator unless somebody else is named. */
  signIn(page: Page, who?: { email: string; password: string }): Promise<void>
  /** Makes a person with the role, who can sign in. */
  person(role: Role): Promise<{ email: string; password: string }>
  /** Calls the API's changes as the administrator does. */
  call<T = unknown>(procedure: string, input: unknown): Promise<T>
}

/** A server with its first administrator, who has signed in nowhere yet. `document`: more of its configuration. */
export async function openConsole(
  document: Readonly<Record<string, unknown>> = {},
): Promise<Console & AsyncDisposable> {
  const box = new ServerBox({ document })
  const source = path.join(box.home, 'source')
  fs.mkdirSync(source)
  await box.start()
  await box.setUp(administrator.email, administrator.password)
  const people = new Map<Role, { email: string; password: string }>()
  let caller: Awaited<ReturnType<ServerBox['signIn']>> | undefined
  const call = async <T>(procedure: string, input: unknown): Promise<T> => {
    caller ??= await box.signIn(administrator.email, administrator.password)
    const answer = await caller(procedure, input)
    const body = (await answer.json()) as { result?: { data: T }; error?: unknown }
    if (body.result === undefined) throw new Error(`${procedure}: ${JSON.stringify(body.error)}`)
    return body.result.data
  }
  const url = (page: string): string => `${box.consoleUrl}${page === '/' ? '' : page}`
  return {
    box,
    source,
    url,
    call,
    async signIn(page, who = administrator) {
      await page.goto(url('/sign-in'))
      await page.getByLabel('E-mail').fill(who.email)
      await page.getByLabel('Password').fill(who.password)
      await page.getByRole('button', { name: 'Sign in' }).click()
      await expect(page.getByRole('navigation', { name: 'Console' })).toBeVisible()
      await answering(page)
    },
    async person(role) {
      const known = people.get(role)
      if (known !== undefined) return known
      const email = `${role}@example.com`
      const { link } = await call<{ link: { token: string } }>('users.create', { email, name: `A ${role}`, role })
      await call('users.redeemPasswordLink', { token: link.token, password })
      const person = { email, password }
      people.set(role, person)
      return person
    },
    [Symbol.asyncDispose]: () => box[Symbol.asyncDispose](),
  }
}

/** `test` with one console for all tests of a file. Errors in the browser's console fail the test. */
export const test = base.extend<{ foreseen: RegExp | undefined; quiet: undefined }, { hold: Console }>({
  /** Errors that a test brings about itself. */
  foreseen: [undefined, { option: true }],
  hold: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of fixtures from it
    async ({}, use) => {
      const hold = await openConsole()
      await use(hold)
      await hold[Symbol.asyncDispose]()
    },
    { scope: 'worker', timeout: 180_000 },
  ],
  quiet: [
    async ({ page, context, foreseen }, use) => {
      readyOnArrival(page)
      context.on('page', readyOnArrival)
      const problems = watched(page)
      await use(undefined)
      expect(problems.filter((each) => foreseen?.test(each) !== true)).toEqual([])
    },
    { auto: true },
  ],
})
