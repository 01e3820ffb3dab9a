// A demo with a real server on it, for browser tests, screenshots and measuring.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { test as base, expect, type Page } from '@playwright/test'
import { freePort } from '../tests/server/process.ts'
import { answering, readyOnArrival, watched } from './quiet.ts'

export { expect }

const root = path.join(import.meta.dirname, '..')
const START_MS = 180_000

type Account = { readonly role: string; readonly email: string; readonly password: string }

export type Stand = {
  url(page: string): string
  signIn(page: Page, role?: string): Promise<void>
}

export type OpenDemo = Stand & {
  /** A folder that goes away with it. */
  readonly home: string
}

type DemoPlace = { readonly dataDir: string; readonly url: string; readonly accounts: readonly Account[] }

/** Makes a demo, unless there is one in the folder. It runs in a Node of its own: Playwright's loader knows no `#server`. */
async function make(folder: string, options: readonly string[]): Promise<DemoPlace> {
  const ports = [String(await freePort()), String(await freePort())] as const
  const words = ['demo/main.ts', '--data', folder, '--port', ports[0], '--api-port', ports[1], '--only-make', '--json']
  const child = spawn(path.join(root, 'node_modules/.bin/node'), [...words, ...options], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  child.stdout.on('data', (text: Buffer) => {
    output += text.toString()
  })
  const [status] = (await once(child, 'exit')) as [number | null]
  if (status !== 0) throw new Error(`The demo was not made: ${status}`)
  return JSON.parse(output.trim().split('\n').at(-1) ?? '') as DemoPlace
}

async function serve(dataDir: string): Promise<ChildProcess> {
  const { PATH = '', HOME = '' } = process.env
  const env = { PATH, HOME, HOLDFAST_DATA_DIR: dataDir }
  const child = spawn(path.join(root, 'bin/holdfast'), ['serve'], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  const take = (text: Buffer): void => {
    output += text.toString()
  }
  child.stdout.on('data', take)
  child.stderr.on('data', take)
  const until = Date.now() + START_MS
  while (!/^Ready\./m.test(output)) {
    if (child.exitCode !== null || Date.now() > until) throw new Error(`The server did not start: ${output}`)
    await sleep(100)
  }
  return child
}

/**
 * A demo with its server.
 * @param options `folder`: one that is kept, and used again; otherwise it goes away with the server
 */
export async function openDemo(
  options: { days?: number; scale?: number; folder?: string | undefined } = {},
): Promise<OpenDemo & AsyncDisposable> {
  const { days = 8, scale = 1 } = options
  const home = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-demo-')))
  const place = await make(options.folder ?? path.join(home, 'demo'), [
    ...['--days', String(days)],
    ...['--scale', String(scale)],
  ])
  const child = await serve(place.dataDir)
  const url = (page: string): string => `${place.url}${page === '/' ? '' : page}`
  return {
    home,
    url,
    async signIn(page, role = 'administrator') {
      const account = place.accounts.find((each) => each.role === role)
      if (!account) throw new Error(`The demo has no ${role}`)
      await page.goto(url('/sign-in'))
      await page.getByLabel('E-mail').fill(account.email)
      await page.getByLabel('Password').fill(account.password)
      await page.getByRole('button', { name: 'Sign in' }).click()
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
      await answering(page)
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null) {
        child.kill('SIGTERM')
        await once(child, 'exit')
      }
      fs.rmSync(home, { recursive: true, force: true })
    },
  }
}

/** A demo that is there and may be changed; otherwise each worker makes one of its own. */
const { HOLDFAST_DEMO: kept } = process.env

/** `test` with one demo for all tests of a file. Errors in the browser's console fail the test. */
export const test = base.extend<{ quiet: undefined }, { demo: OpenDemo }>({
  demo: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of fixtures from it
    async ({}, use) => {
      const demo = await openDemo({ folder: kept })
      await use(demo)
      await demo[Symbol.asyncDispose]()
    },
    { scope: 'worker', timeout: 900_000 },
  ],
  quiet: [
    async ({ page, context }, use) => {
      readyOnArrival(page)
      context.on('page', readyOnArrival)
      const problems = watched(page)
      await use(undefined)
      expect(problems).toEqual([])
    },
    { auto: true },
  ],
})
