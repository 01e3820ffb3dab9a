// `node bench/many-chunks.ts --chunks 10000000`: what one file costs to restore from a repository of very many chunks, and what memory their index
// takes. The repository holds one small snapshot; the other chunks are listed by the engine's own index writer, without packs behind them.
import { spawnSync } from 'node:child_process'
import { randomFillSync } from 'node:crypto'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { DATA } from '#server/engine/crypto/chunk-id.ts'
import { Repository } from '#server/engine/repository/repository.ts'
import { open } from '#server/storage/open.ts'
import { type Command, type Measure, measure } from './measure.ts'
import { allTools, type Place } from './tools.ts'

/** As packs of small files are: about a megabyte a frame, 64 chunks in it. */
const FRAMES = 16
const CHUNKS = 64
const STORED = 300_000
const CHUNK_LENGTH = 16_000
const ROUNDS = 3

const say = (line: string): boolean => process.stdout.write(`${line}\n`)

const { values } = parseArgs({
  options: {
    chunks: { type: 'string', default: '10000000' },
    work: { type: 'string', default: join(tmpdir(), 'holdfast-bench', 'many-chunks') },
  },
})

const holdfast = allTools.find(({ role }) => role === 'subject')!
const log = join(values.work, 'log')
const place: Place = {
  repository: join(values.work, 'repository'),
  home: join(values.work, 'home'),
  source: join(values.work, 'source'),
  target: join(values.work, 'target'),
}

/** The command with what it needs to find its program and its user's settings: none. */
const prepared = (command: Command): Command => ({
  ...command,
  env: { PATH: process.env.PATH ?? '', HOME: place.home, LANG: 'C.UTF-8', ...command.env },
})

function run(command: Command | undefined): void {
  const { argv, env } = prepared(command!)
  const { status, stderr } = spawnSync(argv[0], argv.slice(1), { env, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${argv.join(' ')} failed: ${stderr}`)
}

/** Lists `chunks` chunks that nothing needs. */
async function listChunks(chunks: number): Promise<void> {
  const password = holdfast.command('first', place)!.env.HOLDFAST_PASSWORD!
  const storage = await open({ url: place.repository })
  const repository = await Repository.open({ storage }, { kind: 'password', bytes: Buffer.from(password) })
  const index = repository.newIndexWriter()
  const packs = Math.ceil(chunks / (FRAMES * CHUNKS))
  for (let i = 0; i < packs; i++) {
    const frames = Array.from({ length: FRAMES }, () => ({
      storedLength: STORED,
      rawLength: CHUNKS * CHUNK_LENGTH,
      codec: 1,
      ids: randomFillSync(Buffer.alloc(CHUNKS * 32)),
      lengths: Array.from({ length: CHUNKS }, () => CHUNK_LENGTH),
    }))
    const id = randomFillSync(Buffer.alloc(32)).toString('hex')
    index.add({ id, size: FRAMES * STORED + 4096, chunkClass: DATA, frames })
    if (i % 100 === 0) await index.flush()
  }
  await index.flush()
}

/** The quickest of a few restores of one file: what the machine can do when nobody is in the way. */
function restoreOne(): Measure {
  const measures = Array.from({ length: ROUNDS }, () => {
    rmSync(place.target, { recursive: true, force: true })
    const { argv, env } = holdfast.command('restore', place)!
    const [program, ...rest] = argv.map((part) => (part === 'latest' ? `latest:${join(place.source, 'one')}` : part))
    const found = measure(prepared({ argv: [program!, ...rest], env }), log)
    if (found.status !== 0) throw new Error(`the restore failed, see ${log}`)
    return found
  })
  return measures.reduce((best, next) => (next.wallSeconds < best.wallSeconds ? next : best))
}

const shown = ({ wallSeconds, cpuSeconds, peakKiB }: Measure): string =>
  `${wallSeconds.toFixed(2)} s (${cpuSeconds.toFixed(2)} s of processor), peak ${Math.round(peakKiB / 1024)} MiB`

async function main(): Promise<void> {
  const chunks = Number(values.chunks)
  rmSync(values.work, { recursive: true, force: true })
  for (const folder of [place.home, place.source]) mkdirSync(folder, { recursive: true })
  writeFileSync(join(place.source, 'one'), 'one file\n')
  run(holdfast.init!(place))
  run(holdfast.command('first', place))
  const few = restoreOne()
  say(`one file, few chunks: ${shown(few)}`)
  await listChunks(chunks)
  const many = restoreOne()
  say(`one file, ${chunks} chunks more: ${shown(many)}`)
  say(`memory for a chunk: ${(((many.peakKiB - few.peakKiB) * 1024) / chunks).toFixed(1)} bytes`)
  rmSync(values.work, { recursive: true, force: true })
}

await main()
