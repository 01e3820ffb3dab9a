// User and group names through the system's name service (files, LDAP, sssd ...), so that a restore elsewhere can map them.
import { errnoOf } from './errors.ts'
import { addressOf, type CPath, c, cpath, latin1 } from './libc.ts'

const EINTR = errnoOf('EINTR')
const ERANGE = errnoOf('ERANGE')

/** A group may have very many members, all of which libc wants to put into the buffer. */
const largestText = 16 * 1024 * 1024

// struct passwd and struct group both begin with the pointer to the name, and hold their number after two pointers
const entry = Buffer.alloc(128)
const found = Buffer.alloc(128)
const idOffset = 16
let text = Buffer.allocUnsafeSlow(4096)

/** One of the four lookups, with its key. */
type Lookup = (entry: Uint8Array, text: Uint8Array, size: number, found: Uint8Array) => number

/** 'found', 'missing', or 'failed' when the name service could not tell. */
function ask(lookup: Lookup): 'found' | 'missing' | 'failed' {
  for (;;) {
    found.fill(0)
    const errno = lookup(entry, text, text.length, found)
    if (errno === 0) return found.readBigUInt64LE(0) === 0n ? 'missing' : 'found'
    if (errno === ERANGE && text.length < largestText) text = Buffer.allocUnsafeSlow(text.length * 4)
    else if (errno !== EINTR) return missingErrnos.has(errno) ? 'missing' : 'failed'
  }
}

/** Ways in which name services say "no such entry", as the manual page lists them. */
const missingErrnos = new Set(['ENOENT', 'ESRCH', 'EBADF', 'EPERM'].map(errnoOf))

/** The name that the last lookup left in `text`, as a byte string. */
function foundName(): string {
  const start = Number(entry.readBigUInt64LE(0) - addressOf(text))
  return latin1(text, start, text.indexOf(0, start))
}

/** A map of bounded size that forgets its oldest entries. */
class Bounded<K, V> {
  readonly #map = new Map<K, V>()
  readonly #limit: number

  constructor(limit: number) {
    this.#limit = limit
  }

  get(key: K): V | undefined {
    return this.#map.get(key)
  }

  set(key: K, value: V): void {
    if (this.#map.size >= this.#limit) for (const oldest of this.#map.keys()) if (this.#map.delete(oldest)) break
    this.#map.set(key, value)
  }
}

/** Missing, as the caches hold it. */
const none = -1

/** Names of users and groups and back, remembered for as long as this object lives. */
export class Owners {
  readonly #users: Bounded<number, string>
  readonly #groups: Bounded<number, string>
  readonly #uids: Bounded<string, number>
  readonly #gids: Bounded<string, number>

  /** `limit`: entries in each of the four caches. */
  constructor(limit = 4096) {
    this.#users = new Bounded(limit)
    this.#groups = new Bounded(limit)
    this.#uids = new Bounded(limit)
    this.#gids = new Bounded(limit)
  }

  /** The user's name as a byte string; '' when unknown, or when the name service fails (then it is asked again next time). */
  userName(uid: number): string {
    return this.#users.get(uid) ?? nameOf(this.#users, uid, (e, t, size, f) => c.getpwuid(uid, e, t, size, f))
  }

  /** The group's name; as userName. */
  groupName(gid: number): string {
    return this.#groups.get(gid) ?? nameOf(this.#groups, gid, (e, t, size, f) => c.getgrgid(gid, e, t, size, f))
  }

  /** The number of a user; undefined when unknown. */
  uid(name: string): number | undefined {
    const id = this.#uids.get(name) ?? idOf(this.#uids, name, c.getpwnam)
    return id === none ? undefined : id
  }

  /** The number of a group; undefined when unknown. */
  gid(name: string): number | undefined {
    const id = this.#gids.get(name) ?? idOf(this.#gids, name, c.getgrnam)
    return id === none ? undefined : id
  }
}

function nameOf(cache: Bounded<number, string>, id: number, lookup: Lookup): string {
  const answer = ask(lookup)
  const name = answer === 'found' ? foundName() : ''
  if (answer !== 'failed') cache.set(id, name)
  return name
}

type ByName = (name: CPath, entry: Uint8Array, text: Uint8Array, size: number, found: Uint8Array) => number

function idOf(cache: Bounded<string, number>, name: string, call: ByName): number {
  const key = cpath(name)
  const answer = ask((e, t, size, f) => call(key, e, t, size, f))
  const id = answer === 'found' ? entry.readUInt32LE(idOffset) : none
  if (answer !== 'failed') cache.set(name, id)
  return id
}
