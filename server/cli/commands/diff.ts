// holdfast diff: what changed between two snapshots.
import { type Difference, diff } from '../../engine/browse/diff.ts'
import { resolveSnapshot } from '../../engine/browse/resolve.ts'
import { escapePath } from '../../engine/posix/errors.ts'
import type { Entry } from '../../engine/tree/entry.ts'
import { needText } from '../bytes.ts'
import { defineCommand, exit, repositoryOptions } from '../command.ts'
import { count } from '../format.ts'
import { pathFields } from '../json.ts'
import { Listing } from '../listing.ts'
import { openRepository } from '../place.ts'
import { entryFields, sizeOf } from '../reports/entries.ts'

const signs = { added: '+', removed: '-', content: 'M', metadata: 'm', type: 'T' } as const

export const command = defineCommand({
  name: 'diff',
  summary: 'show what changed between two snapshots',
  usage: ['--repo R SNAPSHOT SNAPSHOT'],
  words: { min: 2, max: 2 },
  options: repositoryOptions,
  notes: ['+ added, - removed, M content changed, m only mode, owner, time or attributes changed, T another type.'],
  async run({ options, words, context }) {
    const { out } = context
    const { repository } = await openRepository(options, context)
    const [a, b] = await Promise.all(words.map((word) => resolveSnapshot(repository, needText(word, 'SNAPSHOT'))))
    const counts = { added: 0, removed: 0, content: 0, metadata: 0, type: 0 }
    const listing = new Listing(out)
    for await (const difference of diff(repository, a!, b!)) {
      counts[difference.change]++
      listing.add(
        () => documentOf(difference),
        () => lineOf(difference),
      )
      if (out.readerGone) break
    }
    listing.end()
    out.note(
      Object.entries(counts)
        .map(([change, number]) => `${count(number)} ${change}`)
        .join(', '),
    )
    return exit.done
  },
})

function lineOf({ path, change, before, after }: Difference): string {
  const slash = (after ?? before)?.type === 'directory' ? '/' : ''
  const sizes = [before, after].filter((entry) => entry !== undefined).map(sizeOf)
  const shown = sizes[0] === sizes[1] ? sizes[0] : sizes.join(' -> ')
  return `${signs[change]}  ${(shown ?? '').padStart(22)}  ${escapePath(path)}${slash}`
}

const side = (entry: Entry | undefined) => (entry ? entryFields(entry) : null)

const documentOf = ({ path, change, before, after }: Difference) => ({
  ...pathFields(path),
  change,
  before: side(before),
  after: side(after),
})
