// Who works at the simulated company: the four that can be signed in as, and others who are only seen.
import { randomBytes } from 'node:crypto'
import type { App } from '#server/app.ts'
import type { Actor } from '#server/auth/actor.ts'
import { anonymousActor } from '#server/auth/index.ts'
import { userActor } from '#server/auth/sessions.ts'
import { createPasswordSignIn, type PasswordSignIn } from '#server/auth/sign-in.ts'
import { listenerPlans } from '#server/contract/config/plans/listeners.ts'
import { HoldfastError } from '#server/contract/errors.ts'
import { type Role, roles } from '#server/contract/permissions.ts'
import type { Logger } from '#server/lib/logger.ts'
import { MINUTE, type SimulatedClock } from './clock.ts'

/** An account of the demo. The password is good for its catalog alone. */
export type Account = {
  readonly role: Role
  readonly name: string
  readonly email: string
  readonly password: string
}

const names: Readonly<Record<Role, string>> = {
  administrator: 'Alma Berger',
  operator: 'Omar Haddad',
  auditor: 'Aiko Tanaka',
  requester: 'Rosa Lindqvist',
}

/** Others: they never sign in. */
const others: readonly { readonly name: string; readonly email: string; readonly role: Role }[] = [
  { name: 'Devika Rao', email: 'devika.rao@demo.example', role: 'operator' },
  { name: '<b>Bobby</b> "Tables"', email: 'bobby@demo.example', role: 'requester' },
  {
    name: 'Maximiliane Friederike von und zu Hohenlohe-Langenburg-Schillingsfürst',
    email: 'maximiliane.friederike.von-und-zu-hohenlohe@demo.example',
    role: 'requester',
  },
]

/** One for each role, with passwords that nobody has used before. */
export const newAccounts = (): Account[] =>
  roles.map((role) => ({
    role,
    name: names[role],
    email: `${role}@demo.example`,
    password: randomBytes(12).toString('base64url'),
  }))

const AGENTS = [
  'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1',
] as const

/** The people of one simulated server. */
export class People {
  readonly #accounts: readonly Account[]
  readonly #clock: SimulatedClock
  readonly #app: () => App
  readonly #secret: Uint8Array
  readonly #log: Logger
  readonly #actors = new Map<Role, Actor>()

  constructor(deps: {
    readonly accounts: readonly Account[]
    readonly clock: SimulatedClock
    readonly app: () => App
    readonly secret: Uint8Array
    readonly log: Logger
  }) {
    this.#accounts = deps.accounts
    this.#clock = deps.clock
    this.#app = deps.app
    this.#secret = deps.secret
    this.#log = deps.log
  }

  /** Makes all of them: the administrator by the link that a first start prints, the others by theirs. */
  async settleIn(): Promise<void> {
    const { users } = this.#app().services
    const first = this.#account('administrator')
    const link = await users.createSetupLink()
    if (!link) throw new HoldfastError('internal', 'The catalog of the demo has an administrator already')
    this.#clock.pass(4 * MINUTE)
    await users.redeemSetupLink(anonymousActor(addressOf(first)), { token: link.token, ...first })
    const administrator = await this.signIn('administrator')
    for (const account of this.#accounts) {
      if (account.role === 'administrator') continue
      this.#clock.pass(3 * MINUTE)
      const { name, email, role } = account
      const made = await users.create(administrator, { name, email, role })
      this.#clock.pass(2 * MINUTE)
      const set = { token: made.link.token, password: account.password }
      await users.redeemPasswordLink(anonymousActor(addressOf(account)), set)
    }
    for (const other of others) await users.create(administrator, other)
  }

  /** Signs in as a browser would, and gives who that is from then on. */
  async signIn(role: Role): Promise<Actor> {
    const account = this.#account(role)
    const origin = originOf(account)
    const result = await this.#password()({ email: account.email, password: account.password, code: '' }, origin)
    if (result.outcome !== 'signed_in') throw new HoldfastError('internal', `${account.email}: ${result.outcome}`)
    const actor = userActor(result.person, origin.ip, result.sessionId)
    this.#actors.set(role, actor)
    return actor
  }

  /** Somebody mistypes the password. */
  async mistype(role: Role): Promise<void> {
    const account = this.#account(role)
    await this.#password()({ email: account.email, password: 'not that one any more', code: '' }, originOf(account))
  }

  /** As of the last sign-in. */
  async actor(role: Role): Promise<Actor> {
    return this.#actors.get(role) ?? (await this.signIn(role))
  }

  #account(role: Role): Account {
    const account = this.#accounts.find((each) => each.role === role)
    if (account) return account
    throw new HoldfastError('internal', `The demo has no ${role}`)
  }

  #password(): PasswordSignIn {
    const app = this.#app()
    return createPasswordSignIn({
      catalog: app.catalog,
      clock: this.#clock,
      audit: app.services.audit.trail,
      log: this.#log,
      secret: this.#secret,
      publicUrl: listenerPlans(app.document()).console.publicUrl,
    })
  }
}

const addressOf = ({ role }: Account): string => `192.0.2.${10 + roles.indexOf(role)}`

const originOf = (account: Account) => ({
  ip: addressOf(account),
  userAgent: AGENTS[roles.indexOf(account.role) % AGENTS.length] ?? null,
})
