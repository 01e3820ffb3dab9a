// Writes the generated corpora. The same version, scale and seed give the same bytes, names and times on every machine.
import { mkdirSync, utimesSync, writeFileSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Seeded } from './random.ts'
import { programCode, prose, sourceText, vocabulary } from './text.ts'
import { withFile } from './walk.ts'

const MIB = 1024 * 1024
const EPOCH = 1_700_000_000

/** 150,000 files of 0.1 to 6 KB of prose, 100 in a directory. */
export function generateSmallFiles(root: string, scale: number): void {
  const random = new Seeded('holdfast bench B 1')
  const words = vocabulary(random, 3000)
  for (let i = 0; i < Math.round(150_000 * scale); i++) {
    const folder = Math.floor(i / 100)
    const name = `part${Math.floor(folder / 40)}/set${folder}/item-${i}.txt`
    writeTimed(join(root, name), prose(random, words, 100 + random.below(5901)), i)
  }
}

/** A file of random bytes and one of program-like code, 1 GB each. */
export function generateLargeFiles(root: string, scale: number): void {
  const random = new Seeded('holdfast bench C 1')
  const size = Math.round(1e9 * scale)
  writeLarge(join(root, 'random.bin'), size, (into) => random.bytes(into.length).copy(into))
  writeLarge(join(root, 'program.bin'), size, programCode('holdfast bench C program 1'))
}

/** Stands in for the Linux source: 80,000 source-like files with a log-normal size (mean 16 KB) in 5,000 directories. */
export function generateSourceTree(root: string, scale: number): void {
  const random = new Seeded('holdfast bench A 1')
  const text = sourceText(random)
  for (let i = 0; i < Math.round(80_000 * scale); i++) {
    const folder = Math.floor(i / 16)
    const name = `dir${folder % 24}/sub${folder % 331}/mod${folder}/file${i}.c`
    writeTimed(join(root, name), text(Math.ceil(7000 * Math.exp(1.3 * normal(random)))), i)
  }
}

/** Near enough to a normal deviate: the sum of four uniform ones (Irwin-Hall), scaled to variance 1. */
function normal(random: Seeded): number {
  const sum = random.fraction() + random.fraction() + random.fraction() + random.fraction()
  return (sum - 2) * Math.sqrt(3)
}

function writeTimed(path: string, content: Buffer, index: number): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
  utimesSync(path, EPOCH + index, EPOCH + index)
}

function writeLarge(path: string, size: number, fill: (into: Buffer) => void): void {
  mkdirSync(dirname(path), { recursive: true })
  const piece = Buffer.alloc(MIB)
  withFile(
    path,
    (fd) => {
      for (let at = 0; at < size; at += MIB) {
        fill(piece)
        writeSync(fd, piece, 0, Math.min(MIB, size - at))
      }
    },
    'w',
  )
  utimesSync(path, EPOCH, EPOCH)
}
