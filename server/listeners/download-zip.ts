// A zip as it is sent: nothing is kept but the directory at its end. Zip64 where sizes or counts ask for it.
import { pipeline, Readable } from 'node:stream'
import { crc32, createDeflateRaw } from 'node:zlib'
import { HoldfastError } from '../contract/errors.ts'
import { isoTime } from '../lib/clock.ts'
import type { ArchiveItem } from '../services/snapshots/index.ts'

const UTF8_NAME = 0x0800
/** CRC and sizes follow the data. */
const SIZES_FOLLOW = 0x0008
const STORED = 0
const DEFLATED = 8
const FITS = 0xffffffff
const COUNT_FITS = 0xffff
/** From this size on a file gets room for more in its header: compressed it may be somewhat larger than it is. */
const LARGE = 0xf0000000
/** Made on Unix: the upper half of the attributes is the mode. */
const MADE_BY = (3 << 8) | 45
const NEEDS = 45

const kinds: Readonly<Partial<Record<ArchiveItem['type'], number>>> = {
  file: 0o100000,
  directory: 0o040000,
  symlink: 0o120000,
}

type Tally = { crc: number; size: number; packed: number }
type ZipRecord = Tally & {
  readonly name: Buffer
  readonly mode: number
  readonly time: Times
  readonly method: number
  readonly flags: number
  readonly at: number
}

/** @throws what reading an item throws; devices, pipes and sockets are left out, for a zip has no place for them */
export async function* zipPieces(items: AsyncIterable<ArchiveItem>): AsyncGenerator<Uint8Array> {
  const directory: Buffer[] = []
  let at = 0
  for await (const item of items) {
    const kind = kinds[item.type]
    if (kind === undefined) continue
    const entry = itemPieces(item, kind | item.mode, at)
    for (let next = await entry.next(); ; next = await entry.next()) {
      if (next.done) {
        directory.push(centralRecord(next.value))
        break
      }
      at += next.value.length
      yield next.value
    }
  }
  const length = directory.reduce((total, each) => total + each.length, 0)
  yield* directory
  yield endRecords(directory.length, length, at)
}

/** @returns what its record in the directory says */
async function* itemPieces(item: ArchiveItem, mode: number, at: number): AsyncGenerator<Uint8Array, ZipRecord> {
  const name = Buffer.from(item.type === 'directory' ? `${zipName(item.path)}/` : zipName(item.path))
  if (name.length > COUNT_FITS) throw new HoldfastError('unsupported', 'A path is too long for a zip: choose tar')
  const streams = item.type === 'file' && item.size > 0
  const fixed = item.type === 'symlink' ? Buffer.from(item.target, 'latin1') : Buffer.alloc(0)
  const record: ZipRecord = {
    name,
    mode,
    time: timesOf(item.mtimeSec),
    method: streams ? DEFLATED : STORED,
    flags: UTF8_NAME | (streams ? SIZES_FOLLOW : 0),
    at,
    crc: crc32(fixed),
    size: fixed.length,
    packed: fixed.length,
  }
  const large = streams && item.size >= LARGE
  yield localHeader(record, large)
  if (fixed.length > 0) yield fixed
  if (!streams) return record
  record.size = 0
  for await (const bytes of deflated(item.content(), record)) {
    record.packed += bytes.length
    yield bytes
  }
  if (record.size !== item.size)
    throw new HoldfastError('damaged', `A file has ${record.size} bytes instead of ${item.size}`)
  yield descriptor(record, large)
  return record
}

/** Counts what goes in. Ends with what ends the content, also when that is an error. */
function deflated(content: AsyncIterable<Uint8Array>, tally: Tally): AsyncIterable<Uint8Array> {
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const bytes of content) {
      tally.crc = crc32(bytes, tally.crc)
      tally.size += bytes.length
      yield bytes
    }
  }
  // The fastest level: the line is slower than the disk, and the processor is for backups.
  const deflate = createDeflateRaw({ level: 1, chunkSize: 64 * 1024 })
  // An error reaches whoever reads from `deflate`.
  pipeline(Readable.from(counted()), deflate, () => undefined)
  return deflate
}

/**
 * A name as text. Bytes that are not UTF-8, and a backslash, which some programs take for a slash, become %XX; so does the
 * percent sign of such a name.
 */
function zipName(path: string): string {
  return path.split('/').map(zipPart).join('/')
}

function zipPart(bytes: string): string {
  const buffer = Buffer.from(bytes, 'latin1')
  const text = buffer.toString('utf8')
  if (!text.includes('\\') && Buffer.from(text).equals(buffer)) return text
  return bytes.replace(/[^ -~]|[\\%]/g, (char) => `%${char.charCodeAt(0).toString(16).padStart(2, '0').toUpperCase()}`)
}

type Times = { readonly dos: number; readonly unix: number }

/** MS-DOS knows no year before 1980, and the field for Unix none after 2037. */
const EARLIEST = 315_532_800
const LATEST = 2_145_916_800

function timesOf(seconds: number): Times {
  const unix = Math.min(Math.max(seconds, -(2 ** 31)), 2 ** 31 - 1)
  const shown = isoTime(Math.min(Math.max(seconds, EARLIEST), LATEST) * 1000)
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = shown.split(/[-T:.]/).map(Number)
  const date = ((year - 1980) << 9) | (month << 5) | day
  return { dos: ((date << 16) | (hour << 11) | (minute << 5) | (second >> 1)) >>> 0, unix }
}

/** Little-endian fields, one after the other. */
function fields(...values: readonly (readonly [bytes: 2 | 4 | 8, value: number])[]): Buffer {
  const buffer = Buffer.alloc(values.reduce((total, [bytes]) => total + bytes, 0))
  let at = 0
  for (const [bytes, value] of values) {
    if (bytes === 2) buffer.writeUInt16LE(value, at)
    else if (bytes === 4) buffer.writeUInt32LE(value, at)
    else buffer.writeBigUInt64LE(BigInt(value), at)
    at += bytes
  }
  return buffer
}

/** The time in seconds, for those who know Unix. */
function timeField({ unix }: Times): Buffer {
  const field = Buffer.concat([fields([2, 0x5455], [2, 5]), Buffer.alloc(5)])
  field[4] = 1
  field.writeInt32LE(unix, 5)
  return field
}

/** Numbers that do not fit elsewhere. */
const largeField = (...numbers: readonly number[]): Buffer =>
  numbers.length === 0
    ? Buffer.alloc(0)
    : fields([2, 1], [2, 8 * numbers.length], ...numbers.map((each) => [8, each] as const))

function localHeader({ name, time, method, flags, crc, size, packed }: ZipRecord, large: boolean): Buffer {
  const follow = (flags & SIZES_FOLLOW) !== 0
  const extra = Buffer.concat([timeField(time), largeField(...(large ? [0, 0] : []))])
  const sizes = follow ? (large ? [0, FITS, FITS] : [0, 0, 0]) : [crc, packed, size]
  return Buffer.concat([
    fields([4, 0x04034b50], [2, NEEDS], [2, flags], [2, method], [4, time.dos]),
    fields(...sizes.map((each) => [4, each] as const), [2, name.length], [2, extra.length]),
    name,
    extra,
  ])
}

const descriptor = ({ crc, packed, size }: Tally, large: boolean): Buffer =>
  fields([4, 0x08074b50], [4, crc], [large ? 8 : 4, packed], [large ? 8 : 4, size])

function centralRecord({ name, mode, time, method, flags, at, crc, size, packed }: ZipRecord): Buffer {
  const numbers = [size, packed, at].map((value) => ({ value, shown: Math.min(value, FITS) }))
  const [sizeShown = 0, packedShown = 0, atShown = 0] = numbers.map(({ shown }) => shown)
  const beyond = numbers.filter(({ value }) => value >= FITS).map(({ value }) => value)
  const extra = Buffer.concat([timeField(time), largeField(...beyond)])
  return Buffer.concat([
    fields([4, 0x02014b50], [2, MADE_BY], [2, NEEDS], [2, flags], [2, method], [4, time.dos]),
    fields([4, crc], [4, packedShown], [4, sizeShown], [2, name.length], [2, extra.length], [2, 0], [2, 0], [2, 0]),
    fields([4, (mode << 16) >>> 0], [4, atShown]),
    name,
    extra,
  ])
}

function endRecords(count: number, length: number, at: number): Buffer {
  const short = [count, length, at].map((value, i) => Math.min(value, i === 0 ? COUNT_FITS : FITS))
  const [countShown = 0, lengthShown = 0, atShown = 0] = short
  const end = fields(
    [4, 0x06054b50],
    [2, 0],
    [2, 0],
    [2, countShown],
    [2, countShown],
    [4, lengthShown],
    [4, atShown],
    [2, 0],
  )
  if (count < COUNT_FITS && length < FITS && at < FITS) return end
  const large = fields([4, 0x06064b50], [8, 44], [2, MADE_BY], [2, NEEDS], [4, 0], [4, 0], [8, count], [8, count])
  const locator = fields([4, 0x07064b50], [4, 0], [8, at + length], [4, 1])
  return Buffer.concat([large, fields([8, length], [8, at]), locator, end])
}
