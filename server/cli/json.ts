// The JSON documents of --json: how paths look in them, and how they are written.
import { escapePath } from '../engine/posix/errors.ts'
import { textOf } from './bytes.ts'

/**
 * The fields for a path (a byte string): `path` is its text. Only when it is not UTF-8 is `path` an escaped form for people, and `pathBytes`
 * holds the bytes in base64. `name` is what the fields are called.
 */
export function pathFields<N extends string = 'path'>(
  bytes: string,
  name: N = 'path' as N,
): { [K in N | `${N}Bytes`]?: string } {
  const text = textOf(bytes)
  const fields: Record<string, string> = { [name]: text ?? escapePath(bytes) }
  if (text === undefined) fields[`${name}Bytes`] = Buffer.from(bytes, 'latin1').toString('base64')
  return fields as { [K in N | `${N}Bytes`]?: string }
}

/** The same for a list: `paths` are texts, and only when one of them is not UTF-8 `pathsBytes` holds the bytes of all of them. */
export function pathsFields(paths: readonly string[]): { paths: string[]; pathsBytes?: string[] } {
  const texts = paths.map((path) => textOf(path) ?? escapePath(path))
  if (paths.every((path) => textOf(path) !== undefined)) return { paths: texts }
  return { paths: texts, pathsBytes: paths.map((path) => Buffer.from(path, 'latin1').toString('base64')) }
}
