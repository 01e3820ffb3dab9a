import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { measure } from './measure.ts'
import { TreeSampler } from './process-tree.ts'

const MIB_IN_KIB = 1024
const ALLOCATED = 100 * MIB_IN_KIB

/** Node programs: one that fills 100 MiB, says so and stays until its input ends; one that runs it and waits. */
const filler = `globalThis.kept = Buffer.alloc(${100 * 1024 * 1024}, 1)
process.stdout.write('full'); process.stdin.resume()`
const parent = `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(filler)}], { stdio: 'inherit' })`

let folder = ''
let child: ChildProcess | undefined

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-bench-test-'))
})

afterEach(() => {
  child?.stdin?.end()
  child = undefined
  rmSync(folder, { recursive: true })
})

test('the sampler counts what a child of the child holds', async () => {
  const started = spawn(process.execPath, ['-e', parent], { stdio: ['pipe', 'pipe', 'inherit'] })
  child = started
  await once(started.stdout, 'data')
  const sampler = new TreeSampler(started.pid ?? 0)
  const now = sampler.sample()
  expect(now).toBeGreaterThan(ALLOCATED)
  expect(sampler.peak().single).toBeGreaterThan(ALLOCATED)
  expect(sampler.peak().sum).toBeGreaterThan(sampler.peak().single)

  started.stdin.end()
  await once(started, 'exit')
  expect(sampler.sample()).toBe(0)
  expect(sampler.peak().sum).toBeGreaterThanOrEqual(now)
})

test('measure gives time, memory of the whole tree, status and output of a command', () => {
  const log = join(folder, 'log')
  const env = { PATH: '/usr/bin:/bin', GREETING: 'good day' }
  const work = `const end = process.hrtime.bigint() + 200_000_000n; while (process.hrtime.bigint() < end); globalThis.kept = Buffer.alloc(${100 * 1024 * 1024}, 1)`
  const script = `echo "$GREETING $HOME"; pwd; "$1" -e "$2"; exit 3`
  const found = measure({ argv: ['sh', '-c', script, 'sh', process.execPath, work], env, cwd: folder }, log)
  expect(found.status).toBe(3)
  expect(found.wallSeconds).toBeGreaterThan(0.2)
  expect(found.cpuSeconds).toBeGreaterThan(0.1)
  expect(found.peakKiB).toBeGreaterThan(ALLOCATED)
  expect(readFileSync(log, 'utf8')).toBe(`good day \n${folder}\n`)
})

test('a program that is not there is an error, not a measurement', () => {
  expect(() => measure({ argv: ['/no/such/program'], env: {} }, join(folder, 'log'))).toThrow('/no/such/program')
})
