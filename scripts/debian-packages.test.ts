// Runs debian-packages.mjs on a PATH of its own. Programs in /usr/sbin and /sbin are found in any case, so only others are asked about.
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const script = path.join(import.meta.dirname, 'debian-packages.mjs')
const programs = [
  'setfacl',
  'setfattr',
  'script',
  'bzip2',
  'chromium',
  'curl',
  'docker-compose',
  'mkfs.ext4',
  'git',
  'setcap',
  '7z',
  'initdb',
  'python3',
  'systemd-analyze',
  'losetup',
  'xz',
  'zstd',
]
const isRoot = process.getuid?.() === 0

describe('debian-packages', () => {
  let bin = ''
  const provide = (name: string, text = '#!/bin/sh\n') => fs.writeFileSync(path.join(bin, name), text, { mode: 0o755 })
  const run = (env: NodeJS.ProcessEnv = {}) =>
    spawnSync(process.execPath, [script], { env: { PATH: bin, ...env }, encoding: 'utf8' })

  beforeEach(() => {
    bin = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-packages-'))
  })
  afterEach(() => fs.rmSync(bin, { recursive: true, force: true }))

  it('is content when everything is there', () => {
    for (const name of programs) provide(name)
    expect(run()).toMatchObject({ status: 0, stdout: 'packages: all there\n' })
  })

  it('prints the one line to type when it cannot install', () => {
    for (const name of programs.filter((name) => name !== 'setfacl' && name !== '7z')) provide(name)
    const { status, stderr } = run()
    expect(status).toBe(1)
    expect(stderr).toContain('sudo apt-get update && sudo apt-get install -y --no-install-recommends acl p7zip-full\n')
  })

  it('goes on with a warning when told so', () => {
    const { status, stderr } = run({ HOLDFAST_SKIP_PACKAGES: '1' })
    expect(status).toBe(0)
    expect(stderr).toMatch(/WARNING: going on without acl /)
  })

  describe.runIf(isRoot)('as root', () => {
    const aptGet = (install: string) => `#!/bin/sh
echo "$DEBIAN_FRONTEND $*" >> ${bin}/log
case "$*" in *install*) ${install} ;; esac
`
    it('installs what is missing', () => {
      for (const name of programs.filter((name) => name !== 'zstd')) provide(name)
      provide('apt-get', aptGet(`/bin/cp ${bin}/git ${bin}/zstd`))
      expect(run()).toMatchObject({ status: 0, stdout: expect.stringContaining('packages: installed\n') })
      expect(fs.readFileSync(path.join(bin, 'log'), 'utf8').split('\n')).toEqual([
        expect.stringMatching(/^noninteractive .*update$/),
        expect.stringMatching(/^noninteractive .*install -y --no-install-recommends zstd$/),
        '',
      ])
    })

    it('fails when installing did not help', () => {
      for (const name of programs.filter((name) => name !== 'zstd')) provide(name)
      provide('apt-get', aptGet('exit 100'))
      expect(run()).toMatchObject({ status: 1, stderr: expect.stringContaining('zstd\n') })
    })
  })
})
