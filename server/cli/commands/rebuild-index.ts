// holdfast rebuild-index: makes the index anew from the packs.
import { defineCommand, exit, repositoryOptions } from '../command.ts'
import { plural } from '../format.ts'
import { openRepository } from '../place.ts'
import { openProgress } from '../progress.ts'
import { printProblems } from '../reports/problems.ts'

export const command = defineCommand({
  name: 'rebuild-index',
  summary: 'make a lost or damaged index anew, from the packs themselves',
  usage: ['--repo R [--read-data]'],
  words: { min: 0, max: 0 },
  options: {
    ...repositoryOptions,
    'read-data': {
      kind: 'flag',
      help: 'read all data, and leave out of the index what is damaged: the next full backup stores it anew where the source still has it',
    },
  },
  notes: [
    'Exit status 6: the index is new, but some packs could not be read. "holdfast verify" tells which files that concerns.',
  ],
  async run({ options, context }) {
    const { out } = context
    const engine = () => import('../../engine/index/rebuild.ts')
    const { repository } = await openRepository(options, context, engine)
    const { rebuildIndex } = await engine()
    const bar = await openProgress(out)
    const onProgress = (done: number, total: number): void =>
      bar?.update(() => ({ bytes: 0, items: done, totalItems: total, unit: 'packs' }))
    const inspect = options['read-data']
      ? (await import('../../engine/verify/inspect.ts')).inspector(repository)
      : undefined
    const outcome = await rebuildIndex(repository, { onProgress, inspect })
    bar?.end()
    out.line(
      `The index is new: ${plural(outcome.packs, 'pack')}, ${plural(outcome.chunks, 'chunk')}; ${plural(outcome.objectsRemoved, 'old object')} removed`,
    )
    if (!inspect) out.line('The data in the packs was not read; --read-data does that')
    printProblems(
      out,
      'Could not be read',
      outcome.unreadable.map(({ object, message }) => ({ path: object, message })),
    )
    out.document(outcome)
    return outcome.unreadable.length > 0 ? exit.damaged : exit.done
  },
})
