// Our streams are read by the real programs, and theirs by us.

import { execFileSync, spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { codecByName } from './codecs.ts'
import { randomBytes, text } from './samples.ts'

const programs = [
  { codec: 'zstd', program: 'zstd', read: ['-dc'], write: ['-c', '-7'] },
  { codec: 'gzip', program: 'gzip', read: ['-dc'], write: ['-c', '-n'] },
  { codec: 'bzip2', program: 'bzip2', read: ['-dc'], write: ['-c'] },
  { codec: 'xz', program: 'xz', read: ['-dc'], write: ['-c', '-6'] },
  {
    codec: '7z',
    program: 'xz',
    read: ['--format=raw', '--lzma2=dict=8MiB', '-dc'],
    write: ['--format=raw', '--lzma2=dict=8MiB', '-c'],
  },
] as const

const inputs = [Buffer.alloc(0), Buffer.of(7), text(1_100_000), randomBytes(300_000)]
const options = { maxBuffer: 1 << 25 }

for (const { codec: name, program, read, write } of programs) {
  const missing = spawnSync(program, ['--version'], { stdio: 'ignore' }).error !== undefined
  const note = missing ? ` (skipped: there is no program ${program} here)` : ''
  describe.skipIf(missing)(`${name} and the program ${program}${note}`, () => {
    const codec = codecByName(name)

    it('reads what we write, at every level', () => {
      for (let level = codec.levels.min; level <= codec.levels.max; level++) {
        const stream = Buffer.from(codec.compress(text(100_000), level))
        expect(execFileSync(program, read, { ...options, input: stream }).equals(text(100_000))).toBe(true)
      }
    })

    it('reads what we write, of every kind', () => {
      for (const input of inputs) {
        const stream = Buffer.from(codec.compress(input, codec.levels.default))
        expect(execFileSync(program, read, { ...options, input: stream }).equals(input)).toBe(true)
      }
    })

    it('writes what we read', () => {
      for (const input of inputs) {
        const stream = execFileSync(program, write, { ...options, input })
        // GNU zstd writes no frame at all for no bytes in some versions, which is not a stream.
        if (stream.length > 0) expect(input.equals(codec.decompress(stream, input.length))).toBe(true)
      }
    })
  })
}

const noXz = spawnSync('xz', ['--version'], { stdio: 'ignore' }).error !== undefined

it.skipIf(noXz)('refuses an xz stream that asks for more memory than ours ever do', () => {
  const stream = execFileSync('xz', ['-c', '--format=xz', '--lzma2=dict=64MiB'], { input: text(1000) })
  expect(() => codecByName('xz').decompress(stream, 1000)).toThrow(/damaged/)
})
