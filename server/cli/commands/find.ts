// holdfast find: entries by name or path in all snapshots.
import { find } from '../../engine/browse/find.ts'
import { needText } from '../bytes.ts'
import { defineCommand, exit, repositoryOptions } from '../command.ts'
import { plural, shortId } from '../format.ts'
import { Listing } from '../listing.ts'
import { openRepository } from '../place.ts'
import { entryDocument, entryLine } from '../reports/entries.ts'

export const command = defineCommand({
  name: 'find',
  summary: 'find files in all snapshots, oldest first',
  usage: ['--repo R [--ignore-case] PATTERN'],
  words: { min: 1, max: 1 },
  options: { ...repositoryOptions, 'ignore-case': { kind: 'flag', help: 'A is a' } },
  notes: [
    'PATTERN has the wildcards * ? [...] and **. Without a slash it is about names; with one about whole paths; with one at its end about folders only.',
  ],
  async run({ options, words: [pattern = ''], context }) {
    const { repository } = await openRepository(options, context)
    const text = needText(pattern, 'PATTERN (a "?" stands for any byte)')
    const listing = new Listing(context.out)
    for await (const { snapshot, path, entry, owners } of find(repository, text, {
      ignoreCase: options['ignore-case'],
    })) {
      listing.add(
        () => ({ snapshotId: snapshot.id, snapshotTime: snapshot.time, ...entryDocument(path, entry, owners) }),
        () => `${shortId(snapshot.id)}  ${entryLine(path, entry, owners)}`,
      )
      if (context.out.readerGone) break
    }
    listing.end()
    context.out.detail(plural(listing.count, 'match', 'matches'))
    return exit.done
  },
})
