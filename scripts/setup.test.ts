// Runs setup.mjs in a folder of its own, with an npm that installs this very Node instead of asking a registry.
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const pinned = `node_modules/node-${process.platform}-${process.arch}/bin/node`

/** Stands in for npm: notes its arguments, then "installs" (or not, as FAKE_NPM says). */
const npmCli = `
const fs = require('fs')
fs.appendFileSync('npm.log', process.argv.slice(2).join(' ') + '\\n')
if (process.env.FAKE_NPM === 'fail') { console.error('npm ERR! no registry'); process.exit(7) }
fs.rmSync('node_modules', { recursive: true, force: true })
fs.mkdirSync('${path.dirname(pinned)}', { recursive: true })
if (process.env.FAKE_NPM !== 'without-node') fs.symlinkSync(process.execPath, '${pinned}')
fs.mkdirSync('node_modules/next/dist/bin', { recursive: true })
fs.copyFileSync('next.cjs', 'node_modules/next/dist/bin/next')
`

/** Stands in for Next: "builds" a long script, a short one, and a font. */
const next = `
const fs = require('fs')
fs.mkdirSync('.next/static/chunks', { recursive: true })
fs.writeFileSync('.next/static/chunks/long.js', 'const words = 1;'.repeat(100))
fs.writeFileSync('.next/static/chunks/short.js', 'const words = 1')
fs.writeFileSync('.next/static/font.woff2', 'f'.repeat(2000))
`

describe('setup', () => {
  let root = ''
  const at = (name: string) => path.join(root, name)
  const log = () => (fs.existsSync(at('npm.log')) ? fs.readFileSync(at('npm.log'), 'utf8').trim().split('\n') : [])

  function setup(fake = '') {
    const env = { ...process.env, FAKE_NPM: fake, npm_execpath: at('npm-cli.js'), npm_node_execpath: process.execPath }
    return spawnSync(process.execPath, ['scripts/setup.mjs'], { cwd: root, env, encoding: 'utf8' })
  }

  beforeEach(() => {
    root = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-setup-'))
    fs.mkdirSync(at('scripts'))
    fs.copyFileSync(path.join(import.meta.dirname, 'setup.mjs'), at('scripts/setup.mjs'))
    fs.writeFileSync(at('package-lock.json'), '{}')
    fs.writeFileSync(at('npm-cli.js'), npmCli)
    fs.writeFileSync(at('next.cjs'), next)
  })
  afterEach(() => fs.rmSync(root, { recursive: true, force: true }))

  it('installs without install scripts, and links the pinned Node', () => {
    const { status, stdout } = setup()
    expect(status).toBe(0)
    expect(log()).toEqual([expect.stringMatching(/^ci --ignore-scripts /)])
    expect(stdout).toContain(`with Node ${process.version}`)
    const linked = spawnSync(at('node_modules/.bin/node'), ['--version'], { encoding: 'utf8' })
    expect(linked.stdout.trim()).toBe(process.version)
  })

  it('installs again only when the lock file changed', () => {
    setup()
    expect(setup().stdout).toBe('setup: packages are up to date\n')
    expect(log()).toHaveLength(1)
    fs.writeFileSync(at('package-lock.json'), '{"packages":{}}')
    setup()
    expect(log()).toHaveLength(2)
  })

  it('says what to do when npm fails, and starts over the next time', () => {
    setup()
    fs.writeFileSync(at('package-lock.json'), '{"packages":{}}')
    const { status, stderr } = setup('fail')
    expect(status).toBe(1)
    expect(stderr).toContain('npm ERR! no registry')
    expect(stderr).toContain('setup: "npm ci" failed (exit status 7)')
    fs.writeFileSync(at('package-lock.json'), '{}')
    expect(setup().status).toBe(0)
    expect(log()).toHaveLength(3)
  })

  it('packs what was built, where that makes it smaller', () => {
    for (const folder of ['app', 'components', 'server/contract']) fs.mkdirSync(at(folder), { recursive: true })
    for (const file of ['next.config.mjs', 'postcss.config.mjs', 'tsconfig.base.json', 'package.json'])
      fs.writeFileSync(at(file), '{}')
    expect(setup().stdout).toContain('the pages of the console are built')
    const built = fs.readdirSync(at('.next/static'), { recursive: true, encoding: 'utf8' }).sort()
    expect(built).toEqual([
      'chunks',
      'chunks/long.js',
      'chunks/long.js.br',
      'chunks/long.js.gz',
      'chunks/short.js',
      'font.woff2',
    ])
    const long = fs.readFileSync(at('.next/static/chunks/long.js'))
    expect(brotliDecompressSync(fs.readFileSync(at('.next/static/chunks/long.js.br')))).toEqual(long)
    expect(gunzipSync(fs.readFileSync(at('.next/static/chunks/long.js.gz')))).toEqual(long)
  })

  it('fails when npm left out the pinned Node as an optional package', () => {
    const { status, stderr } = setup('without-node')
    expect(status).toBe(1)
    expect(stderr).toContain('the pinned Node does not run here')
    expect(setup().status).toBe(0)
  })
})
