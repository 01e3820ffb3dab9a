// A configuration file that the environment names: taken over when the server starts, once for each text it has.
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import type { Actor } from './auth/actor.ts'
import { writePrivate } from './first-start.ts'
import type { SettingsService } from './services/settings/index.ts'

export type GivenFile = { readonly path: string; readonly text: string }

/**
 * Makes the file's document the newest version, unless this very text was taken over before: what was changed in the console since then stays.
 * @throws `usage` for a file with mistakes
 */
export async function takeOver(
  settings: Pick<SettingsService, 'import'>,
  actor: Actor,
  file: GivenFile,
  dataDir: string,
): Promise<void> {
  const note = path.join(dataDir, 'taken-over.sha256')
  const digest = `${createHash('sha256').update(file.text).digest('hex')}\n`
  if (fs.existsSync(note) && fs.readFileSync(note, 'utf8') === digest) return
  await settings.import(actor, { text: file.text, name: file.path, reason: `The file ${file.path} is new or changed` })
  writePrivate(note, digest)
}
