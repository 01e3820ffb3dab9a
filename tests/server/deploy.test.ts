// What deploy/ offers, checked as far as it can be without systemd, an image or a registry: by the tools that read such files, and by starting the
// server from nothing but the files that the container gets.
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { freePort } from './process.ts'

vi.setConfig({ testTimeout: 180_000 })

const root = path.join(import.meta.dirname, '../..')
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-deploy-'))
afterAll(() => fs.rmSync(scratch, { recursive: true, force: true }))

const read = (name: string): string => fs.readFileSync(path.join(root, 'deploy', name), 'utf8')

/** Skips, and says why, where a tool is missing; where tests must not be skipped it fails instead. */
function needs(tool: string, skip: (reason: string) => void): void {
  if (spawnSync(tool, ['--version']).error === undefined) return
  if (process.env.CI === 'true') throw new Error(`${tool} is not installed, and CI skips nothing`)
  skip(`${tool} is not installed`)
}

describe('the systemd unit', () => {
  it('is one that systemd understands', ({ skip }) => {
    needs('systemd-analyze', skip)
    const unit = path.join(scratch, 'holdfast.service')
    fs.writeFileSync(unit, read('holdfast.service').replaceAll('/opt/holdfast', root))
    const { status, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', unit], { encoding: 'utf8' })
    expect(stderr.split('\n').filter((line) => line.includes('holdfast'))).toEqual([])
    expect(status).toBe(0)
  })
})

describe('the compose file', () => {
  const compose = (env: Record<string, string>) =>
    spawnSync('docker-compose', ['-f', path.join(root, 'deploy/compose.yaml'), 'config'], {
      env: { PATH: process.env.PATH, ...env },
      encoding: 'utf8',
    })

  it('is valid, and asks for the password that it needs', ({ skip }) => {
    needs('docker-compose', skip)
    const { status, stdout, stderr } = compose({ POSTGRES_PASSWORD: 'chosen' })
    expect(status, stderr).toBe(0)
    expect(stdout).toContain('postgresql://holdfast:chosen@catalog:5432/holdfast')
    const without = compose({})
    expect(without.status).not.toBe(0)
    expect(without.stderr).toContain('choose a password')
  })
})

describe('the container', () => {
  /** Lays out what the second stage copies, as the image would have it. */
  function image(): string {
    const place = path.join(scratch, 'opt')
    fs.mkdirSync(place)
    const [, stage = ''] = read('Containerfile').split(/^FROM .*debian.*$/m)
    for (const [, from = '', to = ''] of stage.matchAll(/^COPY (?:--from=build )?(\S+) (\S+)$/gm)) {
      const source = path.join(root, from.replace('/opt/holdfast/', ''))
      const target = path.join(place, to, to.endsWith('/') ? path.basename(from) : '')
      fs.mkdirSync(path.dirname(target), { recursive: true })
      if (from.endsWith('node_modules')) fs.symlinkSync(source, target)
      else
        fs.cpSync(source, target, { recursive: true, filter: (name) => !/\.test\.ts$|\/testing(\.ts|\/)/.test(name) })
    }
    return place
  }

  it('has all the files that the server needs, and a configuration that it takes', async () => {
    const place = image()
    const check = spawnSync(path.join(place, 'bin/holdfast'), ['config', 'check', 'deploy/container.jsonc'], {
      cwd: place,
      encoding: 'utf8',
    })
    expect(check.status, check.stderr).toBe(0)
    const [console, api] = [await freePort(), await freePort()]
    const document = fs
      .readFileSync(path.join(place, 'deploy/container.jsonc'), 'utf8')
      .replaceAll('/data/', `${scratch}/data/`)
      .replaceAll('"0.0.0.0"', '"127.0.0.1"')
      .replaceAll('3000', String(console))
      .replace('8081', String(api))
    fs.writeFileSync(path.join(scratch, 'container.jsonc'), document)
    const env = {
      PATH: process.env.PATH,
      HOME: os.homedir(),
      HOLDFAST_DATA_DIR: path.join(scratch, 'data'),
      HOLDFAST_CONFIG: path.join(scratch, 'container.jsonc'),
    }
    const script = `bin/holdfast serve & pid=$!
      i=0; until curl -fs http://127.0.0.1:${console}/healthz; do i=$((i+1)); [ $i -lt 600 ] || break; sleep 0.2; done
      kill $pid; wait $pid`
    const ran = spawnSync('sh', ['-c', script], { cwd: place, env, encoding: 'utf8' })
    expect(ran.status, ran.stdout + ran.stderr).toBe(0)
    expect(ran.stdout).toContain('ok')
  })
})
