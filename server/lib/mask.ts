// Takes secrets out of what is logged, audited or shown: by the name of a field, by the form of a text, and by value for those that are known.
// docs/audit.md lists what is recognised.

/** What stands in the place of a secret. */
export const MASK = '***'

/** What hides secrets; one of them knows the values that were handed to it. */
export type Masker = {
  /** The text without secrets. */
  text(text: string): string
  /** A copy of anything as plain JSON values, without secrets. */
  value(value: unknown): unknown
  /** From now on this value is hidden wherever it appears. Values of fewer than six characters are not: they are everywhere. */
  hide(secret: string): void
}

const MIN_KNOWN = 6

/** @param patterns false: only known values and fields with telling names are hidden (monitoring.logging.sensitive_data_masking off) */
export function createMasker(patterns = true): Masker {
  const known = new Set<string>()
  const text = (input: string): string => {
    let result = input
    for (const secret of known) if (result.includes(secret)) result = result.replaceAll(secret, MASK)
    return patterns ? maskText(result) : result
  }
  return {
    text,
    value: (value) => plain(value, { text, seen: new Set(), depth: 0 }),
    hide(secret) {
      if (secret.length >= MIN_KNOWN) known.add(secret)
    },
  }
}

/** Any value as plain JSON values without secrets, by names and forms alone. */
export const maskSecrets = (value: unknown): unknown => plain(value, { text: maskText, seen: new Set(), depth: 0 })

// --- names ---

const secretWord =
  /(password|passwd|passphrase|secret|token|credential|authorization|cookie|webhook|otp|apikey|accesskey|secretkey|privatekey|encryptionkey|masterkey|sharedkey|accountkey|signingkey|serverkey|recoverykey|routingkey|recoverycode|connectionstring|sessionid|sastoken|keyvalue|otpauth|bearer)/

/** Fields about a secret that do not hold one: how long it may live, where it lies, whether there is one. */
const about =
  /(envvar|path|file|size|length|count|limit|minutes|hours|days|seconds|iterations|algorithm|enabled|required|confirmed|source|kind|type|prefix|at|step|attempts|used|minimum|maximum|perminute|changed)$/

const letters = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '')

/** Whether a field of this name holds a secret. */
export function isSecretName(name: string): boolean {
  const bare = letters(name)
  return (secretWord.test(bare) || bare === 'pin' || bare === 'pincode') && !about.test(bare)
}

// --- forms ---

const named =
  '[\\w.-]*(?:password|passwd|passphrase|secret|token|credentials?|api[_-]?key|access[_-]?key|private[_-]?key|encryption[_-]?key|account[_-]?key|shared[_-]?key|session[_-]?id|signature|otp|pin[_-]?code)'

/** What it looks like, and what stands for it. `has`: one of these (lower case) is in every such text; to look for them first is much quicker. */
type Form = { readonly has: readonly string[]; readonly form: RegExp; readonly replacement: string }
const form = (has: readonly string[], form: RegExp, replacement = MASK): Form => ({ has, form, replacement })

const forms: readonly Form[] = [
  form(['private key'], /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g),
  form(['otpauth'], /\botpauth(?:-migration)?:\/\/[^\s"'<>]+/gi, `otpauth://${MASK}`),
  form(
    ['authorization'],
    /\b((?:proxy-)?authorization["']?\s*[:=]\s*["']?)(?:(?:bearer|basic|digest|negotiate|token)\s+)?[^\s"',}]+/gi,
    `$1${MASK}`,
  ),
  form(['cookie'], /\b(set-cookie2?|cookie)(["']?\s*[:=]\s*["']?)[^\r\n"']+/gi, `$1$2${MASK}`),
  form(['bearer', 'basic'], /\b(bearer|basic)\s+[\w+/=.~-]{8,}/gi, `$1 ${MASK}`),
  // A password may hold any of / ? # @ when somebody forgot to escape it.
  form(['://'], /\b([a-z][a-z0-9+.-]*:\/\/)[^\s/?#@:"'<>]*:(?!\d+(?:[/?#]|$))[^\s"'<>]*@/gi, `$1${MASK}@`),
  form(['://'], /\b([a-z][a-z0-9+.-]*:\/\/)[^\s/?#@"'<>]+@/gi, `$1${MASK}@`),
  form(
    ['hook', 'discord'],
    /\b(https?:\/\/[^\s/"'<>]*(?:hooks?\.|webhook|discord(?:app)?\.com)[^\s/"'<>]*)\/[^\s"'<>]+/gi,
    `$1/${MASK}`,
  ),
  form(['hook'], /\b(https?:\/\/[^\s"'<>?]*\/(?:web)?hooks?(?:\/|\?))[^\s"'<>]+/gi, `$1${MASK}`),
  form(
    ['='],
    /([?&](?:[\w.-]*(?:token|key|sig|signature|secret|password|passwd|credential|auth|code|state|session))=)[^&\s"'<>#]+/gi,
    `$1${MASK}`,
  ),
  form(['eyj'], /\beyJ[\w-]{6,}\.[\w-]+\.[\w-]*/g),
  form(['akia', 'asia'], /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g),
  form(['xox'], /\bxox[a-z]-[\w-]{8,}/g),
  form(['gh'], /\bgh[pousr]_\w{16,}/g),
  form(['hf'], /\b(hf[a-z]?_)[\w-]{12,}/g, `$1${MASK}`),
  form(['--'], new RegExp(`(--${named})([= ]\\s*)("[^"]*"|'[^']*'|[^\\s"',]+)`, 'gi'), `$1$2${MASK}`),
  form(
    ['=', ':'],
    new RegExp(
      `(\\b${named}["']?\\s*[:=]\\s*)(?!\\*{3}&)(?:"(?:[^"\\\\]|\\\\.)*"|'(?:[^'\\\\]|\\\\.)*'|[^\\s"',;}\\]]+)`,
      'gi',
    ),
    `$1${MASK}`,
  ),
]

/** The text without what looks like a secret. */
export function maskText(input: string): string {
  const lower = input.toLowerCase()
  let result = input
  for (const { has, form, replacement } of forms)
    if (has.some((part) => lower.includes(part))) result = result.replace(form, replacement)
  return result
}

// --- values ---

type Walk = { readonly text: (text: string) => string; readonly seen: Set<object>; readonly depth: number }

const MAX_DEPTH = 40

function plain(value: unknown, walk: Walk): unknown {
  if (typeof value === 'string') return walk.text(value)
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString()
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
  if (typeof value === 'function' || typeof value === 'symbol') return undefined
  if (typeof value !== 'object' || value === null) return value
  if (walk.seen.has(value)) return '[circular]'
  if (walk.depth >= MAX_DEPTH) return '[too deep]'
  walk.seen.add(value)
  const result = plainObject(value, { ...walk, depth: walk.depth + 1 })
  walk.seen.delete(value)
  return result
}

function plainObject(value: object, walk: Walk): unknown {
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString()
  if (value instanceof Error) return { name: value.name, message: walk.text(value.message) }
  if (value instanceof URL) return walk.text(value.href)
  if (value instanceof Map)
    return entriesOf(
      [...value.entries()].map(([key, each]) => [String(key), each]),
      walk,
    )
  if (value instanceof Set) return [...value].map((each) => plain(each, walk))
  if (Array.isArray(value)) return pairOf(value, walk) ?? value.map((each) => plain(each, walk) ?? null)
  return entriesOf(Object.entries(value), walk)
}

/** A header or variable as [name, value]: the name tells. */
function pairOf(value: readonly unknown[], walk: Walk): unknown[] | undefined {
  const [name, second] = value
  if (value.length !== 2 || typeof name !== 'string' || typeof second !== 'string' || !isSecretName(name))
    return undefined
  return [walk.text(name), MASK]
}

function entriesOf(entries: readonly (readonly [string, unknown])[], walk: Walk): Record<string, unknown> {
  const result: [string, unknown][] = []
  for (const [name, each] of entries) {
    const kept = isSecretName(name) && holdsSomething(each) ? MASK : plain(each, walk)
    if (kept !== undefined) result.push([walk.text(name), kept])
  }
  return Object.fromEntries(result)
}

/** Whether there is a secret, and nothing else, is no secret. */
const holdsSomething = (value: unknown): boolean =>
  value !== null && value !== undefined && value !== '' && typeof value !== 'boolean'
