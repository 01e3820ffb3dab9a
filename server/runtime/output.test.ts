import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { RunLog, readOutput } from './output.ts'
import type { LogLine } from './types.ts'

describe('readOutput', () => {
  it('gives lines, however they are cut into chunks', async () => {
    const lines: string[] = []
    const stream = Readable.from(['on', 'e\ntwo\n\nth', 'ree'].map((text) => Buffer.from(text)))
    expect(await readOutput(stream, (line) => lines.push(line))).toEqual({ tail: 'one\ntwo\n\nthree', omitted: 0 })
    expect(lines).toEqual(['one', 'two', 'three'])
  })

  it('keeps little of a flood: its beginning as lines, its end as a tail', async () => {
    const lines: string[] = []
    const chunk = Buffer.from(`${'x'.repeat(99)}\n`.repeat(1000))
    const stream = Readable.from([...Array<Buffer>(200).fill(chunk), Buffer.from('the end')])
    const { tail, omitted } = await readOutput(stream, (line) => lines.push(line))
    expect(lines).toHaveLength(200)
    expect(omitted).toBe(200 * 100_000 + 'the end'.length - 200 * 100)
    expect(tail).toHaveLength(4096)
    expect(tail.endsWith('the end')).toBe(true)
  })

  it('keeps little of a line without an end', async () => {
    const lines: string[] = []
    const stream = Readable.from(Array<Buffer>(500).fill(Buffer.alloc(65_536, 'x')))
    await readOutput(stream, (line) => lines.push(line))
    expect(lines.map((line) => line.length)).toEqual([2000])
  })
})

describe('RunLog', () => {
  it('writes in batches, in order, and offers again what could not be written', async () => {
    const written: LogLine[] = []
    let fails = true
    const log = new RunLog(
      async (lines) => {
        if (fails) throw new Error('disk full')
        written.push(...lines)
      },
      () => 7,
    )
    log.add('info', 'one')
    await expect(log.flush()).rejects.toThrow('disk full')
    log.add('error', 'two')
    fails = false
    await log.end()
    expect(written).toEqual([
      { at: 7, level: 'info', message: 'one' },
      { at: 7, level: 'error', message: 'two' },
    ])
  })

  it('holds ten thousand lines, and says how many more there were', async () => {
    const written: LogLine[] = []
    const log = new RunLog(
      async (lines) => {
        written.push(...lines)
      },
      () => 0,
    )
    for (let i = 0; i < 10_500; i++) {
      log.add('info', `line ${i}`)
      if (i % 1000 === 0) await log.flush()
    }
    log.omit(7)
    await log.end()
    expect(written).toHaveLength(10_001)
    expect(written.at(-1)).toMatchObject({ level: 'warning', message: expect.stringContaining('507 lines omitted') })
  })

  it('does not grow while nothing can be written', async () => {
    const batches: number[] = []
    let fails = true
    const log = new RunLog(
      async (lines) => {
        if (fails) throw new Error('disk full')
        batches.push(lines.length)
      },
      () => 0,
    )
    for (let i = 0; i < 5000; i++) log.add('info', 'x')
    await expect(log.flush()).rejects.toThrow()
    fails = false
    await log.end()
    expect(batches).toEqual([2001])
  })
})
