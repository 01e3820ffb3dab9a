// A big file that can't be read to its end is one entry with a reason, not the end of the backup.
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { AT_FDCWD } from '../posix/at.ts'
import { errnoOf } from '../posix/errors.ts'
import type { Entry } from '../tree/entry.ts'
import { BigFiles } from './big-files.ts'
import type { Slot } from './directory.ts'
import { Tally } from './tally.ts'
import type { RegionResult } from './tasks.ts'

const REGION = 256 << 20

function sparseFile(size: number): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-big-'))
  onTestFinished(() => fs.rmSync(folder, { recursive: true }))
  const file = `${folder}/big`
  fs.writeFileSync(file, 'data')
  fs.truncateSync(file, size)
  // Data in every region, so that none is left out as a hole.
  const fd = fs.openSync(file, 'r+')
  for (let at = 0; at < size; at += REGION) fs.writeSync(fd, 'data', at)
  fs.closeSync(fd)
  return file
}

function setUp() {
  const finished: Entry[] = []
  const failed: string[] = []
  const files = new BigFiles({
    store: async () => new Uint8Array(32),
    counters: new Tally().counters,
    finish: async (_, entry) => void finished.push(entry),
    fail: async (_, { code }) => void failed.push(code),
    report: (_, problem) => void failed.push(problem),
  })
  /** The place of a file at this path. */
  const slotOf = (name: string) => ({ name, directory: { init: { handle: { fd: AT_FDCWD, prefix: '' } } } }) as Slot
  return { files, finished, failed, slotOf }
}

const read: RegionResult = { ids: new Uint8Array(32), bytesRead: 4 }
const broken: RegionResult = {
  ids: new Uint8Array(0),
  bytesRead: 0,
  failure: [errnoOf('EIO'), 'EIO: i/o error, read'],
}

describe('a big file', () => {
  it('with a region that fails is given up once the others were answered', async () => {
    const { files, finished, failed, slotOf } = setUp()
    const at = sparseFile(3 * REGION)
    files.add({ slot: slotOf(at), path: at, owner: 0, known: false })
    const [one, two] = [files.next(), files.next()]
    if (!one || !two || !('task' in one) || !('task' in two)) throw new Error('Two regions were expected')
    await two.done(broken)
    expect(files.next()).toBeUndefined()
    expect(failed).toEqual([])
    await one.done(read)
    expect(failed).toEqual(['EIO'])
    expect(finished).toEqual([])
    expect(files.next()).toBeUndefined()
  })

  it('in whose place a directory stands by now is one that could not be read', async () => {
    const { files, finished, failed, slotOf } = setUp()
    const at = os.tmpdir()
    files.add({ slot: slotOf(at), path: at, owner: 0, known: false })
    const step = files.next()
    if (!step || !('now' in step)) throw new Error('Nothing to read was expected')
    await step.now()
    expect(failed).toEqual(['EISDIR'])
    expect(finished).toEqual([])
  })
})
