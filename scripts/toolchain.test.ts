// Holds package.json and its lock to what a fresh clone needs: exact versions, the pinned Node, a lock that is good anywhere.
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'

type Locked = {
  version?: string
  license?: string
  resolved?: string
  dev?: boolean
  devOptional?: boolean
  optional?: boolean
  dependencies?: Record<string, string>
  optionalDependencies?: Record<string, string>
}
type Manifest = { [kind in 'dependencies' | 'optionalDependencies' | 'devDependencies']: Record<string, string> }

const root = path.join(import.meta.dirname, '..')
const read = (name: string): string => fs.readFileSync(path.join(root, name), 'utf8')
const manifest: Manifest = JSON.parse(read('package.json'))
const locked: Record<string, Locked> = JSON.parse(read('package-lock.json')).packages
const below = Object.entries(locked).filter(([place]) => place !== '')

/** May be shipped with, and linked to, a program under Apache-2.0. */
const permissive = [
  'MIT',
  'MIT OR Apache-2.0',
  'Apache-2.0',
  'ISC',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'BlueOak-1.0.0',
  'MIT AND ISC AND BSD-3-Clause',
]
/** Tools that are run and never shipped may also be under a licence that covers only their own files. */
const forTools = [...permissive, 'MPL-2.0', 'EPL-2.0', 'Unlicense', 'MIT and ISC']
/**
 * Data and a font that are not changed, a library that Next loads where it is there (it resizes pictures, of which we have none),
 * and one that writes our style sheet when the pages are built and is no part of them.
 */
const accepted =
  /^node_modules\/(caniuse-lite: CC-BY-4\.0|geist: SIL OPEN FONT LICENSE|lightningcss.*: MPL-2\.0|@img\/sharp-.*LGPL-3\.0-or-later.*)$/

describe('package.json', () => {
  it('names exact versions', () => {
    const versions = Object.entries({
      ...manifest.dependencies,
      ...manifest.optionalDependencies,
      ...manifest.devDependencies,
    })
    expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([])
  })

  it('pins the Node that runs this test', () => {
    expect(`v${manifest.optionalDependencies[`node-linux-${process.arch}`]}`).toBe(process.version)
  })
})

describe('package-lock.json', () => {
  it('names no registry, so that any may serve it', () => {
    expect(below.filter(([, { resolved }]) => resolved !== undefined)).toEqual([])
    expect(read('package-lock.json')).not.toMatch(/"[^"]*\.tgz"/)
  })

  it('has an entry for every package that one of its packages wants', () => {
    const wanted = Object.entries(locked).flatMap(([place, { dependencies, optionalDependencies }]) =>
      Object.keys({ ...dependencies, ...optionalDependencies }).map((name) => ({ place, name })),
    )
    const lacking = wanted.filter(
      ({ place, name }) => !(`node_modules/${name}` in locked || `${place}/node_modules/${name}` in locked),
    )
    expect(lacking).toEqual([])
  })

  it('has only licences that go with Apache-2.0', () => {
    const strange = below.filter(([, { license, dev, devOptional, version }]) => {
      const allowed = dev || devOptional ? forTools : permissive
      return version !== undefined && license !== undefined && !allowed.includes(license)
    })
    const named = strange.map(([place, { license }]) => `${place}: ${license}`)
    expect(named.filter((one) => !accepted.test(one))).toEqual([])
    // Prisma's command line pulls in one (seq-queue, MIT by its text) that does not name its licence.
    const unnamed = below.filter(
      ([, { license, optional, devOptional }]) => license === undefined && !optional && !devOptional,
    )
    expect(unnamed).toEqual([])
  })
})

describe('koffi', () => {
  it('works without its install script', () => {
    const text = `import koffi from 'koffi'; console.log(koffi.load('libc.so.6').func('int getpid()')() === process.pid)`
    const out = execFileSync(process.execPath, ['--input-type=module', '--eval', text], { cwd: root, encoding: 'utf8' })
    expect(out.trim()).toBe('true')
    expect(fs.existsSync(path.join(root, 'node_modules/koffi/build'))).toBe(false)
  })
})
