// holdfast init: makes a repository.
import { defineCommand, exit, repositoryOptions } from '../command.ts'
import { openStorage, repositoryId, shownUrl } from '../place.ts'
import { findSecret } from '../secret.ts'
import { compressionOf, compressionOptions, iterationsOf, iterationsOption, labelOf, labelOption } from '../settings.ts'

export const command = defineCommand({
  name: 'init',
  summary: 'make a repository in an empty place',
  usage: ['--repo R [--compression C] [--level N] [--kdf-iterations N] [--label L]'],
  words: { min: 0, max: 0 },
  options: { ...repositoryOptions, ...compressionOptions, ...iterationsOption, ...labelOption },
  notes: [
    'The secret that is given becomes the first key slot. Without a secret nobody can restore: add a second one ("holdfast key add"), and keep it elsewhere.',
  ],
  async run({ options, context }) {
    const { out, clock } = context
    const [{ Repository }, { defaultCompression }] = await Promise.all([
      import('../../engine/repository/repository.ts'),
      import('../../engine/codec/codecs.ts'),
    ])
    const compression = (await compressionOf(options, defaultCompression)) ?? defaultCompression
    const iterations = await iterationsOf(options)
    const label = labelOf(options) ?? 'first'
    const { storage, ref, url } = await openStorage(options)
    const { secret, from } = await findSecret(options, context, true)
    await Repository.init({ storage, ref }, secret, { clock, compression, iterations, label })
    const id = (await repositoryId(storage)) ?? ''
    out.line(`Repository ${id.slice(0, 12)} made in ${shownUrl(url)}`)
    out.line(`Compression ${compression.codec} ${compression.level}; it opens with the ${secret.kind} from ${from}`)
    out.note('Whoever loses the secret loses the backups. Keep a copy of it apart from this machine.')
    out.document({ repositoryId: id, compression, keyKind: secret.kind, kdfIterations: iterations, label })
    return exit.done
  },
})
