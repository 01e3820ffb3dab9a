// "Test connection": the little that shows whether a storage can be used, step by step, on an object of its own.
import { randomBytes } from 'node:crypto'
import { codeOf, type ErrorCode, HoldfastError, messageOf } from '../../contract/errors.ts'
import type { Clock } from '../../lib/clock.ts'
import { open } from '../../storage/open.ts'
import type { Storage } from '../../storage/types.ts'

export type ProbeStep = {
  readonly step: 'open' | 'put' | 'get' | 'list' | 'delete'
  readonly ok: boolean
  readonly milliseconds: number
  readonly error?: { readonly code: ErrorCode; readonly message: string }
}

export type Probe = {
  readonly ok: boolean
  /** In their order; after one that failed there are no more, but for the clean-up. */
  readonly steps: readonly ProbeStep[]
}

/** Neither `packs/` nor anything else of a repository begins like this, and its readers pass over it. */
const PREFIX = 'probe/'

/** Never throws: what fails is in the steps. */
export async function probe(url: string, clock: Clock): Promise<Probe> {
  const steps: ProbeStep[] = []
  const step = async <T>(name: ProbeStep['step'], work: () => Promise<T>): Promise<T | undefined> => {
    const started = clock.now()
    const took = () => ({ milliseconds: clock.now() - started })
    try {
      const result = await work()
      steps.push({ step: name, ok: true, ...took() })
      return result
    } catch (error) {
      steps.push({ step: name, ok: false, ...took(), error: { code: codeOf(error), message: messageOf(error) } })
      return undefined
    }
  }
  const failed = () => steps.some(({ ok }) => !ok)
  const storage = await step('open', () => open({ url }))
  if (storage) {
    const key = `${PREFIX}${randomBytes(16).toString('hex')}`
    const bytes = randomBytes(4096)
    await step('put', () => storage.put(key, bytes))
    if (!failed()) await step('get', () => expectSame(storage, key, bytes))
    if (!failed()) await step('list', () => expectListed(storage, key))
    await step('delete', () => storage.delete(key))
    await storage.close()
  }
  return { ok: !failed(), steps }
}

async function expectSame(storage: Storage, key: string, bytes: Uint8Array): Promise<void> {
  const got = await storage.get(key)
  if (Buffer.compare(got, bytes) !== 0) throw new HoldfastError('damaged', 'What was stored came back with other bytes')
}

async function expectListed(storage: Storage, key: string): Promise<void> {
  for await (const found of storage.list(PREFIX)) if (found.key === key) return
  throw new HoldfastError('damaged', 'What was stored is not listed')
}
