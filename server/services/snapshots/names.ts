// Names and paths are bytes: how they look in answers, and how they come in.
import { isUtf8 } from 'node:buffer'
import { HoldfastError } from '../../contract/errors.ts'
import { escapePath } from '../../engine/posix/errors.ts'

type Fields<N extends string> = { readonly [K in N]: string } & { readonly [K in `${N}Bytes`]?: string }

/**
 * A byte string for an answer: its text; only when it is not UTF-8 an escaped form for people, and beside it the bytes in base64.
 * `name` is what the field is called: { name } or { name, nameBytes }.
 */
export function byteFields<N extends string>(name: N, bytes: string): Fields<N> {
  const buffer = Buffer.from(bytes, 'latin1')
  const utf8 = isUtf8(buffer)
  const fields: Record<string, string> = { [name]: utf8 ? buffer.toString('utf8') : escapePath(bytes) }
  if (!utf8) fields[`${name}Bytes`] = buffer.toString('base64')
  return fields as Fields<N>
}

/** A path in a request: text, or base64 of its bytes, which then count. */
export type PathInput = { readonly path?: string | undefined; readonly pathBytes?: string | undefined }

/** As a byte string without slashes at its ends: "home/a", "" for the top. @throws `usage` for one that leads elsewhere */
export function pathOf({ path = '', pathBytes }: PathInput): string {
  const bytes = pathBytes === undefined ? Buffer.from(path, 'utf8') : Buffer.from(pathBytes, 'base64')
  const names = bytes
    .toString('latin1')
    .split('/')
    .filter((name) => name !== '')
  if (names.some((name) => name === '.' || name === '..' || name.includes('\0'))) {
    throw new HoldfastError('usage', `The path "${escapePath(names.join('/'))}" has a "." or ".."; give it without`)
  }
  return names.join('/')
}
