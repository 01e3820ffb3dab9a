// holdfast key: the key slots of a repository. There is never a moment without one that opens it.
import { HoldfastError, messageOf } from '../../contract/errors.ts'
import type { Repository } from '../../engine/repository/repository.ts'
import { addSlot, readSlots, removeSlot, type Secret, type StoredSlot, unlock } from '../../engine/repository/slots.ts'
import { parseTime } from '../../lib/clock.ts'
import type { Storage } from '../../storage/types.ts'
import { needText, onOneLine, quote } from '../bytes.ts'
import { type Context, defineCommand, exit, type Options, repositoryOptions, type Values } from '../command.ts'
import { columns, count, shortId } from '../format.ts'
import { suggestion } from '../nearest.ts'
import { openRepository, openStorage } from '../place.ts'
import { findNewSecret, givenSecret } from '../secret.ts'
import { iterationsOf, iterationsOption, labelOf, labelOption } from '../settings.ts'
import { localTime } from '../time.ts'

const options = {
  ...repositoryOptions,
  'new-password-file': { kind: 'value', value: 'FILE', help: 'add, change: read the new password from a file' },
  'new-key-file': { kind: 'value', value: 'FILE', help: 'add, change: use the bytes of a file as the new key' },
  'new-key-env': {
    kind: 'value',
    value: 'NAME',
    help: 'add, change: use this variable as the new key (opened with BACKUP_ENCRYPTION_KEY)',
  },
  ...labelOption,
  ...iterationsOption,
} as const satisfies Options

type KeyValues = Values<typeof options>
type Action = (options: KeyValues, context: Context, slot: string) => Promise<void>

const actions: Readonly<Record<string, Action>> = { list, add, remove, change }

export const command = defineCommand({
  name: 'key',
  summary: 'list, add, remove and change key slots',
  usage: ['list --repo R', 'add --repo R [OPTION]...', 'remove --repo R SLOT', 'change --repo R [OPTION]...'],
  words: { min: 1, max: 2 },
  options,
  notes: [
    'Each slot opens the repository with a secret of its own. "list" needs no secret; if one is set, it marks the slot that it opens.',
    '"change" adds a slot for the new secret, proves that it opens, and then removes the one that was used. "remove" refuses the last slot (exit status 4).',
    'A removed slot opens no copy of the repository that is made later; whoever kept an old copy and the old secret can still read that copy.',
  ],
  async run({ options, words: [name = '', slot], context }) {
    const action = Object.hasOwn(actions, name) ? actions[name] : undefined
    if (!action) {
      const near = suggestion(name, Object.keys(actions), (each) => `"${each}"`)
      throw new HoldfastError('usage', `"holdfast key" has no ${quote(name)}; ${near}`)
    }
    if (name === 'remove' && slot === undefined)
      throw new HoldfastError('usage', '"holdfast key remove" needs the SLOT; "holdfast key list" shows them')
    if (name !== 'remove' && slot !== undefined)
      throw new HoldfastError('usage', `${quote(slot)} is too much for "holdfast key ${name}"`)
    await action(options, context, slot ?? '')
    return exit.done
  },
})

async function list(options: KeyValues, context: Context): Promise<void> {
  const { out } = context
  const used = givenSecret(options, context) ? (await openRepository(options, context)).repository.slot.id : undefined
  const { storage } = await openStorage(options)
  const { slots, damaged } = await readSlots(storage)
  if (slots.length + damaged.length === 0)
    throw new HoldfastError('not_found', 'There is no repository here, or it has lost all its key slots')
  const rows = slots.map(({ id, kind, label, created, kdf }) => [
    shortId(id),
    kind,
    localTime(parseTime(created)),
    count(kdf.iterations),
    `${onOneLine(label)}${id === used ? '  (opened by the secret that is set)' : ''}`,
  ])
  for (const line of columns([['slot', 'kind', 'made', 'iterations', 'label'], ...rows], [3])) out.line(line)
  for (const { id, error } of damaged) out.note(`Slot ${shortId(id)} can't be read: ${messageOf(error)}`)
  out.document({
    slots: slots.map((slot) => slotDocument(slot, used)),
    damaged: damaged.map(({ id, error }) => ({ id, message: messageOf(error) })),
  })
}

const slotDocument = ({ id, kind, label, created, kdf }: StoredSlot, used: string | undefined) => ({
  id,
  kind,
  label,
  created,
  iterations: kdf.iterations,
  used: used === undefined ? null : id === used,
})

async function add(options: KeyValues, context: Context): Promise<void> {
  const { repository } = await openRepository(options, context)
  const { id, kind } = await addNewSlot(repository, options, context)
  context.out.line(`Slot ${shortId(id)} (${kind}) added`)
  context.out.document({ added: id, kind })
}

async function change(options: KeyValues, context: Context): Promise<void> {
  const { repository } = await openRepository(options, context)
  const old = repository.slot.id
  const { id, kind } = await addNewSlot(repository, options, context, repository.slot.label)
  await removeSlot(repository.storage, old)
  context.out.line(`Slot ${shortId(id)} (${kind}) has taken the place of slot ${shortId(old)}`)
  context.out.document({ added: id, kind, removed: old })
}

async function addNewSlot(
  repository: Repository,
  options: KeyValues,
  context: Context,
  label = '',
): Promise<{ id: string; kind: string }> {
  const iterations = await iterationsOf(options)
  const settings = { iterations, label: labelOf(options) ?? label, now: context.clock.now() }
  const { secret } = await findNewSecret(options, context)
  const { storage, keyring, configText } = repository
  const id = await addSlot(storage, secret, { ...keyring.material, config: configText }, settings)
  await prove(storage, id, secret)
  return { id, kind: secret.kind }
}

/** Reads the new slot back and opens it: only then may another one go. */
async function prove(storage: Storage, id: string, secret: Secret): Promise<void> {
  const slots = (await readSlots(storage)).slots.filter((slot) => slot.id === id)
  if ((await unlock(slots, secret)).length > 0) return
  throw new HoldfastError('internal', `The new slot ${shortId(id)} does not open; all others are left as they were`)
}

async function remove(options: KeyValues, context: Context, slot: string): Promise<void> {
  const { out } = context
  const { repository } = await openRepository(options, context)
  const { storage } = repository
  const { slots, damaged } = await readSlots(storage)
  const id = resolveSlot(
    needText(slot, 'SLOT'),
    [...slots, ...damaged].map((each) => each.id),
  )
  const left = slots.filter((each) => each.id !== id)
  if (left.length === 0)
    throw new HoldfastError(
      'refused',
      `Slot ${shortId(id)} is the last one that can be read: without it nobody could open the repository`,
    )
  await removeSlot(storage, id)
  out.line(`Slot ${shortId(id)} removed, ${count(left.length)} left`)
  if (id === repository.slot.id)
    out.note('That was the slot of the secret given: make sure that another secret is at hand')
  out.document({ removed: id, left: left.length })
}

/** @throws `usage`, `not_found` */
function resolveSlot(text: string, ids: readonly string[]): string {
  if (!/^[0-9a-f]{4,64}$/.test(text))
    throw new HoldfastError('usage', `${quote(text)} names no slot: give at least four hexadecimal digits of its id`)
  const [id, ...others] = ids.filter((each) => each.startsWith(text))
  if (id === undefined)
    throw new HoldfastError('not_found', `No slot begins with ${text}; "holdfast key list" shows them`)
  if (others.length > 0)
    throw new HoldfastError('usage', `${others.length + 1} slots begin with ${text}: give more digits`)
  return id
}
