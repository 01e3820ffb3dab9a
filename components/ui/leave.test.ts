// Nothing leads away from a page while the server is away, and nothing goes round the one place that knows.
import fs from 'node:fs'
import path from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { assign, leaves, mayLeave, noteAway, reload } from './leave.ts'

afterEach(() => {
  noteAway(false)
  vi.unstubAllGlobals()
})

test('a page is left while the server answers, and not while it is away', () => {
  const done: string[] = []
  const location = { reload: () => done.push('reload'), assign: (address: string) => done.push(address) }
  vi.stubGlobal('window', { location })
  noteAway(true)
  expect([leaves(), mayLeave()]).toEqual([false, false])
  reload()
  assign('/backups/sign-out')
  expect(done).toEqual([])
  noteAway(false)
  expect([leaves(), mayLeave()]).toEqual([true, true])
  reload()
  assign('/backups/sign-out')
  expect(done).toEqual(['reload', '/backups/sign-out'])
})

test('every way to another page asks first', () => {
  const root = path.join(import.meta.dirname, '../..')
  const files = ['app', 'components'].flatMap((folder) =>
    fs
      .readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.tsx?$/.test(name) && !name.includes('.test.'))
      .map((name) => `${folder}/${name}`),
  )
  const around = /router\.(push|replace)\(|location\.(assign|replace|reload)\(|from 'next\/link'/
  const found = files.filter((file) => around.test(fs.readFileSync(path.join(root, file), 'utf8')))
  expect(found.sort()).toEqual(['components/ui/leave.ts', 'components/ui/link.tsx', 'components/ui/on-the-way.tsx'])
})
