// Places within snapshots: paths are bytes, so one that is no text goes along as base64. Pure; the same on the server and in the browser.

/** `bytes`: base64 of a path that is no UTF-8; then it counts, and `path` is only for people. */
export type Place = { readonly path: string; readonly bytes?: string | undefined }

/** The name of an entry as the API gives it. */
export type Named = { readonly name: string; readonly nameBytes?: string | undefined }

export const TOP: Place = { path: '' }

const toBinary = (text: string): string => String.fromCharCode(...new TextEncoder().encode(text))
const fromBinary = (binary: string): Uint8Array => Uint8Array.from(binary, (each) => each.charCodeAt(0))

/** A byte string as a place: text where it is UTF-8. */
function placeOf(binary: string): Place {
  try {
    return { path: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(fromBinary(binary)) }
  } catch {
    // No UTF-8: the bytes go along, and the text is only for people.
    return { path: new TextDecoder().decode(fromBinary(binary)), bytes: btoa(binary) }
  }
}

/** Every byte as one character. */
const binaryOf = ({ path, bytes }: Place): string => (bytes === undefined ? toBinary(path) : atob(bytes))

const namesOf = (place: Place): string[] =>
  binaryOf(place)
    .split('/')
    .filter((name) => name !== '')

export const isTop = (place: Place): boolean => namesOf(place).length === 0
export const samePlace = (one: Place, other: Place): boolean => namesOf(one).join('/') === namesOf(other).join('/')

/** The place of an entry of a folder. */
export function below(folder: Place, { name, nameBytes }: Named): Place {
  const last = nameBytes === undefined ? toBinary(name) : atob(nameBytes)
  return placeOf(`/${[...namesOf(folder), last].join('/')}`)
}

/** The folder that a place lies in; the top for what is in the top. */
export function above(place: Place): Place {
  const names = namesOf(place).slice(0, -1)
  return names.length === 0 ? TOP : placeOf(`/${names.join('/')}`)
}

/** The deepest folder that all places lie in: where there is something to choose from. */
export function commonFolder(places: readonly Place[]): Place {
  const [first = [], ...others] = places.map((place) => namesOf(above(place)))
  const apart = first.findIndex((name, at) => others.some((names) => names[at] !== name))
  const names = apart === -1 ? first : first.slice(0, apart)
  return names.length === 0 ? TOP : placeOf(`/${names.join('/')}`)
}

/** The last name of a place. */
export function lastName(place: Place): Named {
  const { path, bytes } = placeOf(namesOf(place).at(-1) ?? '')
  return { name: path, ...(bytes === undefined ? {} : { nameBytes: bytes }) }
}

/** The folders on the way to a place, the place last. */
export const wayTo = (place: Place): Place[] =>
  namesOf(place).map((_, at, names) => placeOf(`/${names.slice(0, at + 1).join('/')}`))

/** From an answer of the API. */
export const placeFrom = ({ path, pathBytes }: { path: string; pathBytes?: string | undefined }): Place =>
  pathBytes === undefined ? { path } : { path, bytes: pathBytes }

/** As the API takes it. */
export const inputOf = ({ path, bytes }: Place): { path: string } | { pathBytes: string } =>
  bytes === undefined ? { path } : { pathBytes: bytes }

/** The address of a place: `path` for text, `pb` (base64url) for bytes; nothing for the top. */
export function paramsOf(place: Place): Record<string, string> {
  if (place.bytes !== undefined) return { pb: place.bytes.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '') }
  return isTop(place) ? {} : { path: place.path }
}

/** A parameter of an address, as a page gets it; one that is given twice counts once. */
export type Param = string | readonly string[] | undefined
export const single = (value: Param): string | undefined => (typeof value === 'object' ? value[0] : value)

/** Back from an address; what is no base64 is the top. */
export function placeFromParams(params: { path?: Param; pb?: Param }): Place {
  const [path, pb] = [single(params.path), single(params.pb)]
  if (pb === undefined || pb === '') return path === undefined || path === '' ? TOP : { path }
  try {
    return placeOf(atob(pb.replaceAll('-', '+').replaceAll('_', '/')))
  } catch {
    // An address that somebody cut off.
    return TOP
  }
}

const query = (params: Readonly<Record<string, string | undefined>>): string => {
  const entries = Object.entries(params).filter((entry): entry is [string, string] => entry[1] !== undefined)
  const text = new URLSearchParams(entries).toString()
  return text === '' ? '' : `?${text}`
}

export const filesHref = (snapshot: string, place: Place, more: Readonly<Record<string, string>> = {}): string =>
  `/snapshots/${snapshot}/files${query({ ...paramsOf(place), ...more })}`

/** The wizard for restoring a place, or with `include` only some of it. */
export function restoreHref(snapshot: string, place: Place = TOP, include: readonly string[] = []): string {
  const some = include.map((each) => `&include=${encodeURIComponent(each)}`).join('')
  return `/restores/new${query({ snapshot, ...paramsOf(place) })}${some}`
}

/** What the browser saves, from the server itself: a file as it is, a folder as an archive. */
export const downloadHref = (snapshot: string, place: Place, folder?: 'zip' | 'tar'): string =>
  `/backups/api/download/${folder === undefined ? 'file' : 'folder'}${query({ snapshot, ...inputOf(place), format: folder })}`

/** A pattern for exactly this place; a byte that is no text can only be "any one character". */
export const patternOf = (place: Place): string =>
  `/${namesOf(place)
    .map((name) => patternOfName(name))
    .join('/')}`

function patternOfName(binary: string): string {
  const { path, bytes } = placeOf(binary)
  // Wherever the text has no character for the bytes there is one that stands for them, for each byte of its own.
  const text = bytes === undefined ? path : withoutBytes(binary)
  return text
    .replace(/[\\*?[\]]|\s+$/gu, (found) => [...found].map((each) => `\\${each}`).join(''))
    .replaceAll(ANY, '?')
}

/** Stands for a byte that is no text while other characters are escaped. */
const ANY = '\u{10ffff}'

function withoutBytes(binary: string): string {
  let text = ''
  for (let at = 0; at < binary.length; ) {
    const first = binary.charCodeAt(at)
    const length = first < 0x80 ? 1 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2
    const { path, bytes } = placeOf(binary.slice(at, at + length))
    text += bytes === undefined ? path : ANY
    at += bytes === undefined ? length : 1
  }
  return text
}

/**
 * What somebody typed into a search as a pattern: a part of a name, or with * and ? a pattern as it is. Names may be typed as the console shows them,
 * with \n, \u{202e} or \xff in them.
 */
export function searchPattern(typed: string): string {
  const wild = /[*?]/.test(typed)
  const plain = typed
    .replace(/\\x[0-9a-f]{2}/gi, ANY)
    .replace(/\\u\{([0-9a-f]{1,6})\}/gi, (all, hex: string) => {
      const code = Number.parseInt(hex, 16)
      return code <= 0x10ffff ? String.fromCodePoint(code) : all
    })
    .replace(/\\([nrt\\])/g, (_, letter: string) => ({ n: '\n', r: '\r', t: '\t' })[letter] ?? '\\')
  const escaped = plain.replace(/[\\[\]]/g, '\\$&').replaceAll(ANY, '?')
  if (wild) return escaped
  if (!plain.includes('/')) return `*${escaped}*`
  return plain.startsWith('/') ? `${escaped.replace(/\/+$/, '')}*` : `**/${escaped.replace(/\/+$/, '')}*`
}
