// What is in the files of the simulated company: readable, so that previews show something, and the same for the same seed.
import { crc32, deflateSync } from 'node:zlib'
import type { Seeded } from '../bench/random.ts'

export type Kind = 'text' | 'table' | 'code' | 'mail' | 'page' | 'picture' | 'dump' | 'noise'

const PEOPLE = ['alma', 'omar', 'aiko', 'rosa', 'devika', 'tomasz', 'lena', 'kofi'] as const
const PRODUCTS = ['kettle', 'lamp', 'chair', 'desk', 'shelf', 'rug', 'clock', 'vase'] as const

/** @param size about how many bytes */
export function contentOf(kind: Kind, random: Seeded, size: number): Buffer {
  return makers[kind](random, size)
}

/** A line that goes to the end of a file of this kind, or somewhere into it, when the file changes. */
export function changed(kind: Kind, content: Buffer, random: Seeded): Buffer {
  if (kind === 'picture' || kind === 'noise') return contentOf(kind, random, content.length)
  const addition = contentOf(kind === 'dump' ? 'dump' : 'table', random, 120 + random.below(600))
  if (random.below(3) > 0) return Buffer.concat([content, addition])
  const at = content.indexOf('\n', random.below(Math.max(1, content.length))) + 1
  return Buffer.concat([content.subarray(0, at), addition, content.subarray(at)])
}

const WORDS =
  `the a our this each order customer delivery invoice quarter budget contract meeting supplier warehouse report team plan price
   shipment return offer month review account payment change request question answer office draft version note list stock is was
   will be has been arrived started agreed moved checked signed sent paid closed late early again with for from before after about
   and but because when new open final small large next last monday friday please thanks attached below`
    .split(/\s+/)
    .filter(Boolean)

/** Sentences of six to sixteen words, four to a paragraph. */
function prose(random: Seeded, size: number): Buffer {
  let text = ''
  for (let number = 1; text.length < size; number++) {
    const words = Array.from({ length: 6 + random.below(11) }, () => pick(random, WORDS)).join(' ')
    text += `${words[0]?.toUpperCase()}${words.slice(1)}.${number % 4 === 0 ? '\n\n' : ' '}`
  }
  return Buffer.from(`${text.trimEnd()}\n`)
}

const pick = <T>(random: Seeded, from: readonly T[]): T => from[random.below(from.length)] as T

/** Lines until there are about `size` bytes. */
function lines(size: number, line: (number: number) => string): Buffer {
  const parts: string[] = []
  for (let length = 0, number = 1; length < size; number++) {
    const text = `${line(number)}\n`
    parts.push(text)
    length += text.length
  }
  return Buffer.from(parts.join(''))
}

const amount = (random: Seeded): string => (random.below(900_000) / 100).toFixed(2)

const makers: Readonly<Record<Kind, (random: Seeded, size: number) => Buffer>> = {
  text: (random, size) => prose(random, size),
  table: (random, size) =>
    lines(
      size,
      (n) =>
        `${10_000 + n};${pick(random, PRODUCTS)};${1 + random.below(40)};${amount(random)};${pick(random, PEOPLE)}`,
    ),
  code: (random, size) =>
    lines(size, (n) => {
      const noun = pick(random, PRODUCTS)
      return n % 4 === 0
        ? ''
        : `export const ${noun}${n} = (count: number): number => count * ${random.below(1000)} + ${n}`
    }),
  mail(random, size) {
    const from = pick(random, PEOPLE)
    const head = `From: ${from}@demo.example\nTo: ${pick(random, PEOPLE)}@demo.example\nSubject: ${pick(random, PRODUCTS)} ${random.below(9000)}\n\n`
    return Buffer.concat([Buffer.from(head), prose(random, size)])
  },
  page: (random, size) =>
    Buffer.concat([
      Buffer.from('<!doctype html>\n<title>Shop</title>\n<main>\n'),
      lines(
        size,
        (n) => `<article id="p${n}"><h2>${pick(random, PRODUCTS)} ${n}</h2><p>${amount(random)} EUR</p></article>`,
      ),
      Buffer.from('</main>\n'),
    ]),
  picture: (random) => picture(random),
  dump: (random, size) =>
    lines(
      size,
      () =>
        `INSERT INTO orders VALUES (${random.next32()}, '${pick(random, PRODUCTS)}', ${amount(random)}, '${pick(random, PEOPLE)}');`,
    ),
  noise: (random, size) => random.bytes(size),
}

const WIDTH = 96
const HEIGHT = 64

/** A PNG that any browser shows: a gradient with some noise. */
function picture(random: Seeded): Buffer {
  const [red, green, blue] = [random.below(256), random.below(256), random.below(256)]
  const rows = Buffer.alloc(HEIGHT * (1 + WIDTH * 3))
  for (let y = 0, at = 0; y < HEIGHT; y++) {
    rows[at++] = 0
    for (let x = 0; x < WIDTH; x++) {
      const grain = random.below(24)
      rows[at++] = (red + x + grain) & 0xff
      rows[at++] = (green + y + grain) & 0xff
      rows[at++] = (blue + x + y) & 0xff
    }
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(WIDTH, 0)
  header.writeUInt32BE(HEIGHT, 4)
  header.set([8, 2, 0, 0, 0], 8)
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return Buffer.concat([
    signature,
    section('IHDR', header),
    section('IDAT', deflateSync(rows)),
    section('IEND', Buffer.alloc(0)),
  ])
}

function section(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name), data])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, sum])
}
