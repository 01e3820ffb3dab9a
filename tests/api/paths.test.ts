// Paths that name one page and would be rendered as another, and files of pages that are not there: as they come from programs, for browsers straighten paths.
import { once } from 'node:events'
import http from 'node:http'
import { expect, test } from 'vitest'
import { type ApiLab, openApiLab } from './lab.ts'

type Got = { readonly status: number | undefined; readonly body: string }

/** Sends a path as it is written here. */
async function get(lab: ApiLab, path: string, cookies: ReadonlyMap<string, string> = new Map()): Promise<Got> {
  const { hostname, port } = new URL(lab.consoleUrl)
  const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const sent = http.get({ hostname, port, path, agent: false, headers: cookie === '' ? {} : { cookie } })
  const [answer] = (await once(sent, 'response')) as [http.IncomingMessage]
  let body = ''
  for await (const part of answer) body += String(part)
  return { status: answer.statusCode, body }
}

const crooked = [
  '/restores/../settings',
  '/notifications/../users',
  '/restores/./new',
  '/restores/%2e%2e/audit',
  '/restores/%2E%2E%2Faudit',
  '/restores/..%2fsettings',
  '/restores\\..\\settings',
  '/restores/%5c../settings',
  '/snapshots/x/./files',
  '/snapshots/x//files',
  '//settings',
  '/restores//new',
  '/restores/new;x',
  '/restores/ne%77',
  '/settings.rsc',
  '/notifications/x.segments/../../settings',
  '/notifications#/../settings',
  '/restores/../../backups/settings',
]

test('a path that is not in its plain form is no page, for nobody', async () => {
  await using lab = await openApiLab()
  const requester = await lab.signedIn('requester')
  for (const path of crooked) {
    for (const more of ['', '?_rsc=1a2b']) {
      const got = await get(lab, `/backups${path}${more}`, requester.cookies())
      expect({ path, ...got }).toMatchObject({ status: 404, body: expect.stringContaining('There is nothing here') })
    }
    expect(await get(lab, `/backups${path}`)).toMatchObject({ status: 404 })
  }
  expect(await get(lab, `/backups/${'x/'.repeat(20_000)}`, requester.cookies())).toMatchObject({ status: 431 })
})

test('plain paths are pages as before', async () => {
  await using lab = await openApiLab()
  const browser = await lab.signedIn('administrator')
  for (const path of ['', '/', '/settings', '/settings/', '/snapshots/cm1_a-b/files', '/users?x=/../y']) {
    const got = await get(lab, `/backups${path}`, browser.cookies())
    expect({ path, ...got }).toMatchObject({ status: 200, body: expect.stringContaining(`/backups${path} for`) })
  }
})

test('below _next there are the files that were built, and nothing is rendered', async () => {
  await using lab = await openApiLab()
  const browser = await lab.signedIn('administrator')
  for (const path of [
    '/_next/../settings',
    '/_next/static/../../settings',
    '/_next/static/%2e%2e/%2e%2e/settings',
    '/_next/static/chunks/gone.js',
    '/_next/static/chunks',
    '/_next/static/',
    '/_next/',
    '/_next/image?url=%2Fbackups%2Ficon.svg&w=64&q=75',
    '/_next/data/of-the-test/settings.json',
  ]) {
    for (const each of [await get(lab, `/backups${path}`, browser.cookies()), await get(lab, `/backups${path}`)])
      expect({ path, ...each }).toMatchObject({ status: 404, body: expect.stringContaining('There is nothing here') })
  }
  expect(await get(lab, '/backups/icon.svg')).toMatchObject({ status: 200 })
})
