// A tar as it is sent: POSIX ustar, with a pax header in front of what does not fit. Names stay the bytes that they are.
import { HoldfastError } from '../contract/errors.ts'
import type { ArchiveItem } from '../services/snapshots/index.ts'

const BLOCK = 512
/** What the fields of ustar hold: bytes of a name, and numbers of 7 and 11 octal digits. */
const NAME = 100
const SMALL = 0o7777777
const LARGE = 0o77777777777

const flags: Readonly<Partial<Record<ArchiveItem['type'], string>>> = {
  file: '0',
  symlink: '2',
  character: '3',
  block: '4',
  directory: '5',
  fifo: '6',
}

/** @throws what reading an item throws; sockets are left out, for no program can bring them back */
export async function* tarPieces(items: AsyncIterable<ArchiveItem>): AsyncGenerator<Uint8Array> {
  for await (const item of items) {
    const flag = flags[item.type]
    if (flag === undefined) continue
    yield headersOf(item, flag)
    if (item.type !== 'file') continue
    let sent = 0
    for await (const bytes of item.content()) {
      sent += bytes.length
      yield bytes
    }
    if (sent !== item.size) throw new HoldfastError('damaged', `A file has ${sent} bytes instead of ${item.size}`)
    yield padding(sent)
  }
  yield Buffer.alloc(2 * BLOCK)
}

const padding = (length: number): Buffer => Buffer.alloc((BLOCK - (length % BLOCK)) % BLOCK)

function headersOf(item: ArchiveItem, flag: string): Buffer {
  const name = item.type === 'directory' ? `${item.path}/` : item.path
  const records: Record<string, string> = {}
  if (name.length > NAME) records.path = name
  if (item.target.length > NAME) records.linkpath = item.target
  if (sizeOf(item) > LARGE) records.size = String(item.size)
  if (item.uid > SMALL) records.uid = String(item.uid)
  if (item.gid > SMALL) records.gid = String(item.gid)
  if (item.mtimeSec < 0 || item.mtimeSec > LARGE) records.mtime = String(item.mtimeSec)
  return Buffer.concat([...paxHeader(records), header(item, name, flag, sizeOf(item))])
}

const sizeOf = ({ type, size }: ArchiveItem): number => (type === 'file' ? size : 0)

/** What the next header is to be read with. */
function paxHeader(records: Readonly<Record<string, string>>): Buffer[] {
  const lines = Object.entries(records).map(([key, value]) => paxLine(key, value))
  if (lines.length === 0) return []
  const body = Buffer.from(lines.join(''), 'latin1')
  const own = { type: 'file', mode: 0o644, uid: 0, gid: 0, mtimeSec: 0, target: '', user: '', group: '' } as const
  const carrier = { ...own, deviceMajor: 0, deviceMinor: 0 }
  return [header(carrier, 'PaxHeader', 'x', body.length), body, padding(body.length)]
}

/** "LENGTH key=value\n", where the length counts itself. */
function paxLine(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`
  let length = rest.length
  while (String(length).length + rest.length !== length) length = String(length).length + rest.length
  return `${length}${rest}`
}

type Fields = Omit<ArchiveItem, 'path' | 'size' | 'content'>

function header(item: Fields, name: string, flag: string, size: number): Buffer {
  const block = Buffer.alloc(BLOCK)
  const text = (at: number, length: number, value: string): void =>
    void block.write(value.slice(0, length), at, 'latin1')
  const octal = (at: number, length: number, value: number, most: number): void =>
    text(at, length, (value < 0 || value > most ? 0 : value).toString(8).padStart(length - 1, '0'))
  text(0, NAME, name)
  octal(100, 8, item.mode, SMALL)
  octal(108, 8, item.uid, SMALL)
  octal(116, 8, item.gid, SMALL)
  octal(124, 12, size, LARGE)
  octal(136, 12, item.mtimeSec, LARGE)
  text(148, 8, ' '.repeat(8))
  text(156, 1, flag)
  text(157, NAME, item.target)
  text(257, 8, 'ustar\x0000')
  text(265, 31, item.user)
  text(297, 31, item.group)
  octal(329, 8, item.deviceMajor, SMALL)
  octal(337, 8, item.deviceMinor, SMALL)
  const sum = block.reduce((total, byte) => total + byte, 0)
  text(148, 8, `${sum.toString(8).padStart(6, '0')}\0 `)
  return block
}
