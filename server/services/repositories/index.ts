// Repositories: where backups live. The rows say where and how they open; what is in them is the snapshots' service to tell.
import { z } from 'zod'
import type { Actor } from '../../auth/actor.ts'
import type { AuditAction } from '../../contract/audit-actions.ts'
import { allowedName, namePattern } from '../../contract/config/fields.ts'
import { type ErrorCode, HoldfastError, hasCode, messageOf } from '../../contract/errors.ts'
import { isPartial, type PartialDepth } from '../../contract/verification.ts'
import type { Catalog, Tx } from '../../db/index.ts'
import { parseCompression } from '../../engine/codec/codecs.ts'
import { Repository } from '../../engine/repository/repository.ts'
import { DEFAULT_ITERATIONS, MAX_ITERATIONS, MIN_ITERATIONS, readSlots } from '../../engine/repository/slots.ts'
import { type Clock, dateOf } from '../../lib/clock.ts'
import type { Logger } from '../../lib/logger.ts'
import { open } from '../../storage/open.ts'
import type { Audit } from '../audit/index.ts'
import { renameLabel } from '../metrics/samples.ts'
import { ensureRepositories } from './document.ts'
import { type RepositoryItem, type RepositoryRow, repositoryItem, settingsOf } from './mapping.ts'
import { createOpened, type Lent } from './opened.ts'
import { openPlace, placeOfRow, type RepositoryPlace } from './place.ts'
import type { RepositoryPlan } from './plans.ts'
import { type Probe, probe } from './probe.ts'
import { readSecret, secretSourceSchema, type Variables } from './secret.ts'
import { type RepositoryUsage, repositoryUsage, repositoryUsages, usageInput, usagesInput } from './usage.ts'

export type { RepositoryItem } from './mapping.ts'
export type { Lent } from './opened.ts'
export { openPlace, type RepositoryPlace } from './place.ts'
export { type PlanPlaces, plansOf, type RepositoryPlan } from './plans.ts'
export type { Probe, ProbeStep } from './probe.ts'
export { type SecretSource, secretSourceSchema } from './secret.ts'
export type { RepositoryUsage, UsageDay } from './usage.ts'

const name = z.string().regex(namePattern, `must be ${allowedName}`)
const settings = z.strictObject({
  compression: z.enum(['none', 'zstd', 'gzip', 'bzip2', 'xz', '7z']).optional(),
  retentionDays: z.int().min(1).max(36_525).optional(),
  iterations: z.int().min(MIN_ITERATIONS).max(MAX_ITERATIONS).optional(),
})
const location = z.string().startsWith('/', 'must be an absolute path').max(4096)

export const repositoryInputs = {
  list: z.strictObject({
    limit: z.int().min(1).max(200).default(50),
    cursor: z.string().max(200).optional(),
    archived: z.boolean().default(false),
  }),
  create: z.strictObject({
    name,
    type: z.literal('local'),
    location,
    secretSource: secretSourceSchema,
    settings: settings.default({}),
    /** A repository that is there is opened; in an empty place one is made. */
    expect: z.enum(['new', 'existing', 'either']).default('either'),
  }),
  update: z.strictObject({
    id: z.string(),
    name: name.optional(),
    secretSource: secretSourceSchema.optional(),
    settings: settings.optional(),
  }),
  id: z.strictObject({ id: z.string() }),
  usage: usageInput,
  usages: usagesInput,
  probe: z.union([z.strictObject({ id: z.string() }), z.strictObject({ location })]),
}

export type RepositoryInput = { [K in keyof typeof repositoryInputs]: z.output<(typeof repositoryInputs)[K]> }

export type KeySlot = {
  readonly id: string
  readonly kind: string
  readonly label: string
  readonly created: string
  readonly iterations: number
}
export type KeySlots = {
  readonly slots: readonly KeySlot[]
  readonly damaged: readonly { readonly id: string; readonly message: string }[]
}

/** `ok`: every byte that is kept was read. `at`: milliseconds since 1970. */
export type VerifyOutcome = { readonly state: 'ok' | 'damaged' | PartialDepth; readonly at: number }

export type RepositoriesService = ReturnType<typeof createRepositoriesService>

export type RepositoriesDeps = {
  readonly catalog: Catalog
  readonly clock: Clock
  readonly audit: Audit
  readonly log: Logger
  /** Values of environment variables that hold keys. */
  readonly variable: Variables
}

export function createRepositoriesService({ catalog, clock, audit, log, variable }: RepositoriesDeps) {
  const opened = createOpened(clock)

  const rowOf = async (id: string): Promise<RepositoryRow> => {
    const row = await catalog.db.repository.findUnique({ where: { id } })
    if (row) return row
    throw new HoldfastError('not_found', `There is no repository ${id}`)
  }

  /** The place with its secret, for a job's process. @throws `not_found`, `refused`, and what reading the secret throws */
  const place = async (id: string): Promise<RepositoryPlace> => placeOfRow(await rowOf(id), variable)

  const mustBeFree = async ({ name: wanted, location: where }: RepositoryInput['create']): Promise<void> => {
    const taken = await catalog.db.repository.findFirst({
      where: { OR: [{ name: wanted }, { location: where, archivedAt: null }] },
      select: { name: true },
    })
    if (taken?.name === wanted) throw new HoldfastError('exists', `There is already a repository named "${wanted}"`)
    if (taken) throw new HoldfastError('exists', `${where} is already the repository "${taken.name}"`)
  }

  /** A change and its event. */
  const change = (
    actor: Actor,
    action: AuditAction,
    work: (tx: Tx) => Promise<{ before?: RepositoryRow; after: RepositoryRow }>,
  ) =>
    catalog.transaction(async (tx): Promise<RepositoryItem> => {
      const { before, after } = await work(tx)
      await audit.append(tx, {
        actor,
        action,
        target: { kind: 'repository', id: after.id, name: after.name },
        result: 'success',
        before: before && repositoryItem(before),
        after: repositoryItem(after),
      })
      return repositoryItem(after)
    })

  return {
    /** By name. */
    async list(
      _actor: Actor,
      input: RepositoryInput['list'],
    ): Promise<{ items: RepositoryItem[]; nextCursor: string | null }> {
      const rows = await catalog.db.repository.findMany({
        where: {
          ...(input.archived ? {} : { archivedAt: null }),
          ...(input.cursor === undefined ? {} : { name: { gt: input.cursor } }),
        },
        orderBy: { name: 'asc' },
        take: input.limit + 1,
      })
      const items = rows.slice(0, input.limit).map(repositoryItem)
      return { items, nextCursor: rows.length > input.limit ? (items.at(-1)?.name ?? null) : null }
    },

    /** @throws `not_found` */
    async get(_actor: Actor, { id }: RepositoryInput['id']): Promise<RepositoryItem> {
      return repositoryItem(await rowOf(id))
    },

    /**
     * Makes a repository, or takes over one that is there, and adds its row.
     * @throws `exists` for a name that is taken or a place that isn't empty when a new one is expected; what opening throws
     */
    async create(actor: Actor, input: RepositoryInput['create']): Promise<RepositoryItem> {
      await mustBeFree(input)
      const data = {
        name: input.name,
        type: input.type,
        location: input.location,
        secretSource: JSON.stringify(input.secretSource),
        settings: JSON.stringify({ origin: 'manual', ...input.settings }),
        createdAt: dateOf(clock.now()),
      }
      const secret = readSecret(input.secretSource, variable)
      const { engineId } = await ready(
        {
          id: '',
          name: input.name,
          url: input.location,
          engineId: null,
          secret: { kind: secret.kind, base64: Buffer.from(secret.bytes).toString('base64') },
          settings: { origin: 'manual', ...input.settings },
        },
        input.expect,
        clock,
      )
      return change(actor, 'repository.create', async (tx) => ({
        after: await tx.repository.create({ data: { ...data, engineId } }),
      }))
    },

    /** The location never changes: another place is another repository. @throws `not_found`, `exists`, `refused` for what the document says */
    async update(actor: Actor, input: RepositoryInput['update']): Promise<RepositoryItem> {
      return change(actor, 'repository.update', async (tx) => {
        const before = await found(tx, input.id)
        mustBeManual(before)
        const data = {
          ...(input.name === undefined ? {} : { name: input.name }),
          ...(input.secretSource === undefined ? {} : { secretSource: JSON.stringify(input.secretSource) }),
          ...(input.settings === undefined
            ? {}
            : { settings: JSON.stringify({ origin: 'manual', ...input.settings }) }),
        }
        const after = await tx.repository.update({ where: { id: input.id }, data })
        await renameLabel(tx, before.name, after.name)
        return { before, after }
      })
    },

    /** Nothing is deleted: it is left out of lists, and nothing backs up to it. @throws `not_found`, `refused` while schedules use it */
    async archive(actor: Actor, { id }: RepositoryInput['id']): Promise<RepositoryItem> {
      return change(actor, 'repository.archive', async (tx) => {
        const before = await found(tx, id)
        mustBeManual(before)
        const schedule = await tx.schedule.findFirst({
          where: { repositoryId: id, removedAt: null },
          select: { name: true },
        })
        if (schedule) {
          throw new HoldfastError(
            'refused',
            `The schedule "${schedule.name}" backs up to "${before.name}": change it first`,
          )
        }
        const archivedAt = before.archivedAt ?? dateOf(clock.now())
        return { before, after: await tx.repository.update({ where: { id }, data: { archivedAt } }) }
      })
    },

    /** Puts, gets, lists and deletes a small object there. What fails is in the answer. @throws `not_found` */
    async test(actor: Actor, input: RepositoryInput['probe']): Promise<Probe> {
      const row = 'id' in input ? await rowOf(input.id) : undefined
      const url = row?.location ?? ('location' in input ? input.location : '')
      const outcome = await probe(url, clock)
      await audit.record({
        actor,
        action: 'repository.test',
        target: { kind: 'repository', id: row?.id, name: row?.name },
        result: outcome.ok ? 'success' : 'failure',
        details: { location: url, failed: outcome.steps.filter(({ ok }) => !ok) },
      })
      return outcome
    },

    /** What it holds, how it grows, and how long there is room. @throws `not_found`; `usage` for a zone that does not exist */
    usage: (_actor: Actor, input: RepositoryInput['usage']): Promise<RepositoryUsage> =>
      repositoryUsage(catalog, input, clock.now()),

    /** The same of many, by name; those that don't exist are left out. @throws `usage` for a zone that does not exist */
    async usages(_actor: Actor, input: RepositoryInput['usages']): Promise<{ items: RepositoryUsage[] }> {
      return { items: await repositoryUsages(catalog, input, clock.now()) }
    },

    /** Needs no secret. @throws `not_found`, and what the storage throws */
    async keySlots(_actor: Actor, { id }: RepositoryInput['id']): Promise<KeySlots> {
      const storage = await open({ url: (await rowOf(id)).location })
      try {
        const { slots, damaged } = await readSlots(storage)
        return {
          slots: slots.map(({ id: slot, kind, label, created, kdf }) => ({
            id: slot,
            kind,
            label,
            created,
            iterations: kdf.iterations,
          })),
          damaged: damaged.map(({ id: slot, error }) => ({ id: slot, message: messageOf(error) })),
        }
      } finally {
        await storage.close()
      }
    },

    /**
     * Sees to it that the repository of a row can be used: opens it, or makes it in an empty place when it was never there before.
     * @throws what opening and making throw
     */
    async makeReady(actor: Actor, { id }: RepositoryInput['id']): Promise<{ made: boolean; item: RepositoryItem }> {
      const { made, engineId } = await ready(await place(id), 'either', clock)
      const before = await rowOf(id)
      if (before.engineId === engineId) return { made, item: repositoryItem(before) }
      const item = await change(actor, made ? 'repository.make' : 'repository.open', async (tx) => ({
        before,
        after: await tx.repository.update({ where: { id }, data: { engineId } }),
      }))
      if (made) log.info('a repository was made', { repository: item.name, location: item.location })
      return { made, item }
    },

    place,

    /** The open repository, shared with others that ask: `await using lent = await repositories.borrow(id)`. @throws what opening throws */
    async borrow(id: string): Promise<Lent> {
      return opened.borrow(await place(id))
    },

    /** A repository for one's own, which one closes (`repository.storage.close()`). @throws what opening throws */
    async open(id: string): Promise<Repository> {
      return openPlace(await place(id))
    },

    /**
     * What a verification found, or another job met. `ok` is for one that read all data; what read less takes no proof away, and can't say that
     * damage is gone. `at`: milliseconds since 1970.
     */
    async verified(tx: Tx, id: string, { state, at }: VerifyOutcome): Promise<void> {
      await tx.repository.updateMany({
        where: { id, ...(isPartial(state) && { verifyState: { in: weaker[state] } }) },
        data: { verifyState: state, lastVerifiedAt: dateOf(at) },
      })
    },

    /** Brings the rows in line with the document, inside the transaction that stores it. */
    ensureFromDocument: (tx: Tx, plans: readonly RepositoryPlan[]): Promise<void> =>
      ensureRepositories(tx, plans, clock.now()),

    close: (): Promise<void> => opened.close(),
  }
}

/** What a part of a verification may stand in place of. */
const weaker: Readonly<Record<PartialDepth, string[]>> = {
  structure: ['unknown', 'structure'],
  sample: ['unknown', 'structure', 'sample'],
}

async function found(tx: Tx, id: string): Promise<RepositoryRow> {
  const row = await tx.repository.findUnique({ where: { id } })
  if (row) return row
  throw new HoldfastError('not_found', `There is no repository ${id}`)
}

function mustBeManual(row: RepositoryRow): void {
  if (settingsOf(row).origin === 'manual') return
  throw new HoldfastError('refused', `The repository "${row.name}" is in the configuration: change it there`)
}

/** Opens what is there, or makes a repository where nothing is and nothing was. */
async function ready(
  place: RepositoryPlace,
  expect: 'new' | 'existing' | 'either',
  clock: Clock,
): Promise<{ made: boolean; engineId: string }> {
  if (expect !== 'new') {
    try {
      const repository = await openPlace(place)
      await repository.storage.close()
      return { made: false, engineId: repository.config.id }
    } catch (error) {
      const absent: ErrorCode = 'not_found'
      if (expect === 'existing' || place.engineId !== null || !hasCode(error, absent)) throw error
    }
  }
  const storage = await open({ url: place.url })
  try {
    const secret = { kind: place.secret.kind, bytes: Buffer.from(place.secret.base64, 'base64') }
    await Repository.init({ storage }, secret, {
      clock,
      compression: parseCompression(place.settings.compression ?? 'zstd'),
      iterations: place.settings.iterations ?? DEFAULT_ITERATIONS,
      label: 'first',
    })
  } finally {
    await storage.close()
  }
  const repository = await openPlace(place)
  await repository.storage.close()
  return { made: true, engineId: repository.config.id }
}
