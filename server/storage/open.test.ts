// From a URL, or from a reference in another thread, to the same storage.
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { open, storageRef } from './open.ts'

let folder: string
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-open-'))
})
afterEach(() => fs.rmSync(folder, { recursive: true }))

it('opens a path and a file URL as the same repository', async () => {
  const odd = path.join(folder, 'my #1 backups?')
  await (await open({ url: odd })).put('a', Buffer.from('x'))
  const second = await open({ url: pathToFileURL(odd).href, durable: false })
  expect((await second.stat('a')).size).toBe(1)
  expect(second.capabilities.kind).toBe('local')
})

it('opens again from a reference that was cloned', async () => {
  const ref = structuredClone(storageRef({ url: folder }))
  const { open: openThere } = (await import(ref.module)) as { open: typeof open }
  const storage = await openThere(ref.options as Parameters<typeof open>[0])
  await storage.put('a', Buffer.from('x'))
  expect(fs.existsSync(path.join(folder, 'a'))).toBe(true)
})

it.each([
  ['ftp://user:secret@host/x', 'unsupported'],
  ['constructor:x', 'unsupported'],
  ['', 'usage'],
  ['file:///a?b', 'usage'],
  ['file://elsewhere/a', 'usage'],
  ['file:///a%2Fb', 'usage'],
])('refuses %s', async (url, code) => {
  const error: unknown = await open({ url }).catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ code, message: expect.not.stringContaining('secret') })
})

it('says what is allowed', async () => {
  await expect(open({ url: 's4://x' })).rejects.toThrow(/"s4:".*file \(.*file:\/\/\//)
})
