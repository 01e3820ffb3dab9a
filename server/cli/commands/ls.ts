// holdfast ls: what is in a snapshot.
import { list } from '../../engine/browse/list.ts'
import { resolveSnapshot } from '../../engine/browse/resolve.ts'
import { needText } from '../bytes.ts'
import { defineCommand, exit, repositoryOptions } from '../command.ts'
import { Listing } from '../listing.ts'
import { openRepository } from '../place.ts'
import { entryDocument, entryLine } from '../reports/entries.ts'

export const command = defineCommand({
  name: 'ls',
  summary: 'list what is in a snapshot, or in one of its folders',
  usage: ['--repo R [--recursive] SNAPSHOT [PATH]'],
  words: { min: 1, max: 2 },
  options: { ...repositoryOptions, recursive: { kind: 'flag', help: 'with everything below' } },
  async run({ options, words: [snapshotText = '', path = ''], context }) {
    const { repository } = await openRepository(options, context)
    const snapshot = await resolveSnapshot(repository, needText(snapshotText, 'SNAPSHOT'))
    const listing = new Listing(context.out)
    for await (const { path: found, entry, owners } of list(repository, snapshot, path, options.recursive)) {
      listing.add(
        () => entryDocument(found, entry, owners),
        () => entryLine(found, entry, owners),
      )
      if (context.out.readerGone) break
    }
    listing.end()
    return exit.done
  },
})
