// holdfast audit verify: checks that no event of the audit trail was changed, removed or put in.
import { existsSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { catalogUrl } from '../../config/defaults.ts'
import { readEnvironment } from '../../config/environment.ts'
import { HoldfastError } from '../../contract/errors.ts'
import { ANCHOR_FILE, type Anchor, readAnchor } from '../../services/audit/anchor.ts'
import type { AnchorPoint } from '../../services/audit/checker.ts'
import type { Verification } from '../../services/audit/verify.ts'
import { needText, quote } from '../bytes.ts'
import { catalogAddress } from '../catalog-address.ts'
import { type Context, defineCommand, exit } from '../command.ts'
import { count, duration, plural } from '../format.ts'
import { suggestion } from '../nearest.ts'
import type { Output } from '../output.ts'
import { openProgress } from '../progress.ts'

const actions = ['verify']

export const command = defineCommand({
  name: 'audit',
  summary: 'check the audit trail',
  usage: ['verify [--catalog URL] [--anchor FILE] [--expect SEQ:HASH]'],
  words: { min: 1, max: 1 },
  options: {
    catalog: {
      kind: 'value',
      value: 'URL',
      help: 'the catalog: a path, or postgresql://... (default: the one that the server uses)',
    },
    anchor: {
      kind: 'value',
      value: 'FILE',
      help: 'what the server noted outside of the catalog (default: audit-anchor.json beside --catalog, or in the data folder)',
    },
    expect: {
      kind: 'value',
      value: 'SEQ:HASH',
      help: 'an event that must be in the trail, from a log or export that was kept elsewhere',
    },
  },
  notes: [
    'Every event is read, and its hash is computed anew: SHA-256 over the event and the hash of the one before. The server may run meanwhile.',
    'Exit status 6: an event was changed, is missing, was put in or moved, or the end was cut off. docs/audit.md says how the hash is made.',
  ],
  async run({ options, words: [action = ''], context }) {
    if (!actions.includes(action)) {
      const near = suggestion(action, actions, (each) => `"${each}"`)
      throw new HoldfastError('usage', `"holdfast audit" has no ${quote(action)}; ${near}`)
    }
    const expected = options.expect === undefined ? undefined : pointOf(needText(options.expect, '--expect'))
    const { url, anchorFile } = placesOf(options)
    const anchor = readAnchor(anchorFile)
    if (!anchor && options.anchor !== undefined)
      throw new HoldfastError('not_found', `There is no anchor ${anchorFile}`)
    return verify(url, { anchor, expected }, context)
  },
})

type Places = { readonly url: string; readonly anchorFile: string }

function placesOf(options: { readonly catalog: string | undefined; readonly anchor: string | undefined }): Places {
  const home = fileURLToPath(new URL('../../../', import.meta.url))
  const environment = readEnvironment({ home })
  const given = options.catalog === undefined ? undefined : needText(options.catalog, '--catalog')
  const url = given === undefined ? catalogUrl(environment) : catalogAddress(given)
  const file = url.startsWith('file:') ? url.slice('file:'.length) : undefined
  if (file !== undefined && !existsSync(file)) throw new HoldfastError('not_found', `There is no catalog ${file}`)
  const folder = given !== undefined && file !== undefined ? path.dirname(file) : environment.dataDir
  const anchorFile =
    options.anchor === undefined ? path.join(folder, ANCHOR_FILE) : path.resolve(needText(options.anchor, '--anchor'))
  return { url, anchorFile }
}

function pointOf(text: string): AnchorPoint {
  const [, seq, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text) ?? []
  if (seq !== undefined && hash !== undefined && Number(seq) > 0) return { seq: Number(seq), hash }
  throw new HoldfastError(
    'usage',
    '--expect takes the number of an event and its hash (64 hexadecimal digits): SEQ:HASH',
  )
}

type Known = { readonly anchor: Anchor | null; readonly expected: AnchorPoint | undefined }

async function verify(url: string, { anchor, expected }: Known, context: Context): Promise<number> {
  const { out, clock } = context
  const [{ openCatalog }, { verifyTrail }] = await Promise.all([
    import('../../db/index.ts'),
    import('../../services/audit/verify.ts'),
  ])
  const started = clock.now()
  const catalog = await openCatalog({ url, clock })
  try {
    const newest = await catalog.db.auditEvent.findFirst({ orderBy: { seq: 'desc' }, select: { seq: true } })
    const bar = await openProgress(out)
    const outcome = await context.abortable((signal) =>
      verifyTrail(catalog, {
        signal,
        anchors: [anchor, expected],
        onProgress: (items) =>
          bar?.update(() => ({ bytes: 0, items, totalItems: newest?.seq ?? items, unit: 'events' })),
      }),
    )
    bar?.end()
    return print(out, outcome, { anchor, expected }, clock.now() - started)
  } finally {
    await catalog.close()
  }
}

function print(out: Output, outcome: Verification, { anchor, expected }: Known, milliseconds: number): number {
  const { events, newest, findings, omitted } = outcome
  const wrong = findings.length + omitted
  out.line(`checked   ${plural(events, 'event')}`)
  out.line(`newest    ${newest ? `${newest.seq}:${newest.hash}` : 'none'}`)
  out.line(
    anchor
      ? `anchor    event ${count(anchor.seq)}, noted ${anchor.at}`
      : 'anchor    none: an end that was cut off would not be noticed',
  )
  out.line(`took      ${duration(milliseconds)}`)
  out.line(wrong === 0 ? 'result    no problem found' : `RESULT    ${plural(wrong, 'PROBLEM', 'PROBLEMS')}`)
  for (const { message } of findings) out.error(message)
  if (omitted > 0) out.error(`... and ${plural(omitted, 'more problem')}`)
  out.document({ events, newest, anchor, expected: expected ?? null, problems: findings, omitted, milliseconds })
  return wrong === 0 ? exit.done : exit.damaged
}
