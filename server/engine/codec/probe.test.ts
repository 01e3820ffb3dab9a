import { expect, it } from 'vitest'
import { worthCompressing } from './probe.ts'
import { randomBytes, text } from './samples.ts'
import { zstd } from './zstd.ts'

const MiB = 1024 * 1024

it('tries anything small', () => {
  expect(worthCompressing(Buffer.alloc(0))).toBe(true)
  expect(worthCompressing(randomBytes(64 * 1024))).toBe(true)
})

it('lets random and compressed data pass', () => {
  expect(worthCompressing(randomBytes(64 * 1024 + 1))).toBe(false)
  expect(worthCompressing(randomBytes(MiB))).toBe(false)
  expect(worthCompressing(Buffer.from(zstd.compress(Buffer.from(randomBytes(MiB).toString('hex')), 3)))).toBe(false)
})

it('knows text and programs', () => {
  expect(worthCompressing(text(MiB))).toBe(true)
  expect(worthCompressing(text(70_000))).toBe(true)
})

it.each([
  ['one run of zeros', (bytes: Buffer) => bytes.fill(0, 100_000, 145_000)],
  ['a little text at the end', (bytes: Buffer) => text(60_000).copy(bytes, MiB - 60_000)],
  ['a far repeat', (bytes: Buffer) => bytes.copy(bytes, 800_000, 0, 100_000)],
  [
    'three clear bits in 16',
    (bytes: Buffer) => {
      for (let at = 0; at < bytes.length; at++) if (at % 2 > 0) bytes[at] = (bytes[at] ?? 0) & 0x1f
    },
  ],
])('sees %s in random data', (_what, change) => {
  const bytes = Buffer.from(randomBytes(MiB))
  change(bytes)
  expect(worthCompressing(bytes)).toBe(true)
})
