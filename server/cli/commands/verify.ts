// holdfast verify: checks everything that restores rely on.
import type { VerifyOptions, VerifyOutcome } from '../../engine/verify/verify.ts'
import { type Context, defineCommand, exit, repositoryOptions } from '../command.ts'
import { count, duration, plural, size } from '../format.ts'
import type { Output } from '../output.ts'
import { openRepository } from '../place.ts'
import { openProgress } from '../progress.ts'
import { printProblems } from '../reports/problems.ts'
import { threadsOf, threadsOption } from '../settings.ts'
import { share } from '../values.ts'

export const command = defineCommand({
  name: 'verify',
  summary: 'check that every snapshot can be restored',
  usage: ['--repo R [--read-data] [--sample P%] [--threads N]'],
  words: { min: 0, max: 0 },
  options: {
    ...repositoryOptions,
    'read-data': { kind: 'flag', help: 'read and check every byte, too' },
    sample: { kind: 'value', value: 'P%', help: 'read and check the data of so many packs, drawn by lot' },
    ...threadsOption,
  },
  notes: ['Nothing is changed. Exit status 6: something is damaged or missing.'],
  async run({ options, context }) {
    const { out, clock } = context
    const settings = {
      readData: options['read-data'],
      sample: share('sample', options.sample),
      threads: threadsOf(options),
    }
    const engine = () => import('../../engine/verify/verify.ts')
    const { repository } = await openRepository(options, context, engine)
    const { verify } = await engine()
    const { report, bar } = await progressOf(context)
    const started = clock.now()
    const outcome = await context.abortable((signal) => verify(repository, { ...settings, signal, onProgress: report }))
    bar?.end()
    print(out, outcome, clock.now() - started)
    return outcome.problems.length + outcome.omitted > 0 ? exit.damaged : exit.done
  },
})

async function progressOf({ out }: Context): Promise<{ report?: VerifyOptions['onProgress']; bar?: { end(): void } }> {
  const bar = await openProgress(out)
  if (!bar) return {}
  return {
    bar,
    report: ({ done, total, bytes }) => bar.update(() => ({ bytes, items: done, totalItems: total, unit: 'packs' })),
  }
}

function print(out: Output, outcome: VerifyOutcome, milliseconds: number): void {
  const { packs, packsRead, snapshots, trees, chunks, bytesRead, problems, omitted, damagedAside, unusedPacks } =
    outcome
  const wrong = problems.length + omitted
  out.line(
    `checked   ${plural(snapshots, 'snapshot')}, ${plural(trees, 'tree')}, ${plural(chunks, 'chunk')}, ${plural(packs, 'pack')}`,
  )
  out.line(`data      ${count(packsRead)} of ${count(packs)} packs read whole, ${size(bytesRead)}`)
  out.line(`took      ${duration(milliseconds)}`)
  if (unusedPacks.length > 0)
    out.line(`unused    ${plural(unusedPacks.length, 'pack')} that no index lists; the next backup takes them in`)
  if (damagedAside.length > 0)
    out.line(`aside     ${plural(damagedAside.length, 'pack')} with damage that nothing relies on any more`)
  out.line(wrong === 0 ? 'result    no problem found' : `RESULT    ${plural(wrong, 'PROBLEM', 'PROBLEMS')}`)
  if (wrong === 0 && packsRead < packs)
    out.line(`proof     of ${packsRead === 0 ? 'the structure' : 'a sample'} only; --read-data reads all data`)
  printProblems(
    out,
    'Damaged or missing',
    problems.map(({ object, message }) => ({ path: object, message })),
    omitted,
  )
  out.document({ ...outcome, milliseconds })
}
