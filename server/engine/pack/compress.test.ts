// A frame is compressed when that saves something, and left alone when it does not.
import { describe, expect, it } from 'vitest'
import { codecById, codecByName } from '../codec/codecs.ts'
import { randomBytes, text } from '../codec/samples.ts'
import { codecNames } from '../codec/types.ts'
import { codeThrown } from '../testing.ts'
import { compressor } from './compress.ts'

const shrinking = codecNames.filter((name) => name !== 'none')

describe.each(shrinking)('compressor of %s', (codec) => {
  const compress = compressor({ codec, level: codecByName(codec).levels.min })

  it('shrinks text, and says with what', () => {
    const raw = text(100_000)
    const made = compress(raw, 1)
    expect(made.codec).toBe(codecByName(codec).id)
    expect(made.bytes.length).toBeLessThan(raw.length * 0.97)
    expect(Buffer.from(codecById(made.codec).decompress(made.bytes, raw.length)).equals(raw)).toBe(true)
  })

  it.each([0, 1, 10, 1000, 100_000])('leaves %d random bytes as they are', (length) => {
    const raw = randomBytes(length)
    expect(compress(raw, 1)).toEqual({ codec: 0, bytes: raw })
  })
})

it('uses another level for frames of many chunks only where one is set', () => {
  const raw = text(500_000)
  const [one, many] = [1, 2].map((chunks) => (settings: Parameters<typeof compressor>[0]) => [
    ...compressor(settings)(raw, chunks).bytes,
  ])
  const both = { codec: 'zstd', level: 19, gatheredLevel: 1 } as const
  expect(one!(both)).toEqual(one!({ codec: 'zstd', level: 19 }))
  expect(many!(both)).toEqual(one!({ codec: 'zstd', level: 1 }))
  expect(many!({ codec: 'zstd', level: 19 })).toEqual(one!({ codec: 'zstd', level: 19 }))
  expect(many!(both)).not.toEqual(one!(both))
})

it('leaves everything as it is without a codec', () => {
  expect(compressor({ codec: 'none', level: 0 })(text(1000), 1)).toEqual({ codec: 0, bytes: text(1000) })
})

it('knows no other codecs', () => {
  expect(codeThrown(() => compressor({ codec: 'lz4' as never, level: 1 }))).toBe('unsupported')
})
