// The gate of a listener, the same for all that it serves: address, length, rate, and who is asking, in this order.
import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Refusals } from '../api/context.ts'
import { dataOf } from '../api/errors.ts'
import { type Actor, anonymousActor } from '../auth/actor.ts'
import { addressKey } from '../auth/attempts.ts'
import type { HoldfastError } from '../contract/errors.ts'
import { type AddressList, addressOf, noteAddress } from './addresses.ts'
import { sendError } from './answers.ts'
import type { Buckets, Verdict } from './buckets.ts'
import { callsIn, proceduresIn } from './calls.ts'
import type { Limits } from './limits.ts'

/** Who a credential stands for. */
export type Identity = {
  readonly actor: Actor
  /** Why the credential does not count; the actor is anonymous then. */
  readonly rejected?: HoldfastError
  /** Asks again, for answers that last. */
  stillValid(): Promise<boolean>
}

export type Caller = Identity & { readonly address: string }

/** What may change while a listener runs. */
export type GateSettings = {
  /** Null: everybody may connect. */
  readonly allowed: AddressList | null
  readonly trustedProxies: AddressList
}

export type GateOptions = {
  readonly settings: () => GateSettings
  /** Buckets of those with a good credential, and of everybody else by address. */
  readonly known: Buckets
  readonly strangers: Buckets
  readonly limits: Limits
  readonly refusals: Refusals
  readonly trpcPath: string
  /** The key or session that a request carries; null for none. */
  credentialOf(request: IncomingMessage): string | null
  /** `address` is where the request comes from. */
  identify(credential: string | null, address: string, request: IncomingMessage): Promise<Identity>
}

export type Gate = {
  /** The caller, or undefined when the request was refused and answered. */
  admit(request: IncomingMessage, response: ServerResponse): Promise<Caller | undefined>
  /** Only the first step, for answers that say nothing. */
  admitAddress(request: IncomingMessage, response: ServerResponse): Promise<string | undefined>
}

/** Credentials that were good are remembered by their digest, so that a key at ten times its rate costs no look into the catalog. */
const REMEMBERED = 10_000

export function createGate(options: GateOptions): Gate {
  const { known, strangers, limits, refusals, trpcPath } = options
  const good = new Map<string, string>()

  const refuseAs = (actor: Actor, [first = 'request', ...others]: string[], message: string): Promise<void> =>
    refusals.record(actor, first, message, others.length === 0 ? undefined : [first, ...others])

  const refuse = async (request: IncomingMessage, address: string, message: string, actor?: Actor): Promise<void> =>
    refuseAs(actor ?? anonymousActor(address), proceduresIn(request, trpcPath), message)

  const tooOften = async (
    request: IncomingMessage,
    response: ServerResponse,
    verdict: Exclude<Verdict, { allowed: true }>,
    address: string,
    actor?: Actor,
  ): Promise<undefined> => {
    if (verdict.first) await refuse(request, address, 'Too many requests', actor)
    const data = dataOf('rate_limited', `Too many requests; try again in ${verdict.retryAfter} s`)
    sendError(response, data, { 'Retry-After': String(verdict.retryAfter) })
    return undefined
  }

  const admitAddress: Gate['admitAddress'] = async (request, response) => {
    const { allowed, trustedProxies } = options.settings()
    const address = addressOf(request, trustedProxies)
    noteAddress(request, address)
    if (allowed === null || allowed(address)) return address
    // A flood from outside must not become a flood of audit events: beyond its rate an address is refused silently.
    const message = `The address ${address} is not among network_security.firewall.allowed_ips`
    if (strangers.take(addressKey(address)).allowed) await refuse(request, address, message)
    sendError(response, dataOf('forbidden', message), { Connection: 'close' })
    return undefined
  }

  const remember = (digest: string, name: string): void => {
    good.delete(digest)
    good.set(digest, name)
    const [oldest] = good.keys()
    if (good.size > REMEMBERED && oldest !== undefined) good.delete(oldest)
  }

  return {
    admitAddress,
    async admit(request, response) {
      const address = await admitAddress(request, response)
      if (address === undefined) return undefined
      const cost = callsIn(request, trpcPath)
      const wrong = tooMuch(request, cost, limits)
      if (wrong !== undefined) {
        sendError(response, dataOf(wrong.code, wrong.message))
        return undefined
      }
      const credential = options.credentialOf(request)
      const digest = credential === null ? null : createHash('sha256').update(credential).digest('base64')
      const name = digest === null ? undefined : good.get(digest)
      const neighbours = addressKey(address)
      const verdict = name === undefined ? strangers.take(neighbours, cost) : known.take(name, cost)
      if (!verdict.allowed) return tooOften(request, response, verdict, address)
      const identity = await options.identify(credential, address, request)
      const isGood = identity.rejected === undefined && identity.actor.kind !== 'anonymous'
      if (digest !== null && !isGood) good.delete(digest)
      if (digest !== null && isGood && name === undefined) {
        const own = nameOf(identity.actor)
        remember(digest, own)
        strangers.giveBack(neighbours, cost)
        const again = known.take(own, cost)
        if (!again.allowed) return tooOften(request, response, again, address, identity.actor)
      }
      return { ...identity, address }
    },
  }
}

/** Whose bucket it is. All sessions of a person share one. */
const nameOf = (actor: Actor): string => `${actor.kind}:${actor.id ?? actor.name}`

function tooMuch(request: IncomingMessage, calls: number, limits: Limits) {
  if ((request.url ?? '').length > limits.urlLength) {
    const message = `The address of the request is too long; allowed are ${limits.urlLength} characters`
    return { code: 'too_large', message } as const
  }
  if (calls > limits.batch) {
    const message = `The batch has ${calls} calls; allowed are ${limits.batch}`
    return { code: 'too_large', message } as const
  }
  return undefined
}
