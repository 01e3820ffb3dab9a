// A server with the longest and the worst that may be written into it: names of 200 characters, markup, text from right to left.
import fs from 'node:fs'
import path from 'node:path'
import { runEnded } from '../tests/server/process.ts'
import type { Console } from './console.ts'

export const markup = '<img src=x onerror=alert(1)>'
const long = (text: string, length: number): string => text.repeat(Math.ceil(length / text.length)).slice(0, length)
/** Without a place where a line may break. */
const unbroken = (length: number): string => long('Donaudampfschifffahrtsgesellschaft', length)

/** Each as bytes, and as the console shows it. */
export const hostileNames: readonly { readonly name: Buffer; readonly shown: string }[] = [
  { name: Buffer.from(`${markup}.txt`), shown: `${markup}.txt` },
  {
    name: Buffer.from('"><script>window.hacked = true<\u2215script>.html'),
    shown: '"><script>window.hacked = true<\u2215script>.html',
  },
  { name: Buffer.from('first line\nsecond line.txt'), shown: 'first line\\nsecond line.txt' },
  {
    name: Buffer.concat([Buffer.from('caf'), Buffer.from([0xe9, 0xff, 0xfe]), Buffer.from(' latin.txt')]),
    shown: 'caf\\xe9\\xff\\xfe latin.txt',
  },
  { name: Buffer.from(`${unbroken(196)}.txt`), shown: `${unbroken(196)}.txt` },
  { name: Buffer.from('תקציב שנתי 2026.txt'), shown: 'תקציב שנתי 2026.txt' },
  { name: Buffer.from('invoice\u202efdp.exe'), shown: 'invoice\\u{202e}fdp.exe' },
]

/** What is in the file of such a name. */
export const contentOf = (at: number): string => `File ${at}\n<script>window.hacked = true</script>\n`

/** Files with such names. */
export function makeHostileFiles(folder: string): void {
  fs.mkdirSync(folder, { recursive: true })
  for (const [at, { name }] of hostileNames.entries())
    fs.writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), name]), contentOf(at))
}

/** Fills a server through its API. */
export async function fillOverlong({ call, source, box }: Console): Promise<void> {
  const client = box.client()
  const deep = path.join(source, unbroken(200), unbroken(200), unbroken(200))
  makeHostileFiles(deep)
  makeHostileFiles(source)
  const name = unbroken(100)
  const { id: repositoryId } = await call<{ id: string }>('repositories.create', {
    name,
    type: 'local',
    location: path.join(box.home, unbroken(200), unbroken(200)),
    secretSource: { kind: 'key_file', path: path.join(box.data, 'keys/backup.key') },
  })
  const { id: scheduleId } = await call<{ id: string }>('schedules.create', {
    name,
    settings: {
      type: 'incremental',
      cron_expression: '1,2,3,4,5,6,7,8,9,11,13,17,19 */2 1-15 1,3,5,7,9,11 1-5',
      include_paths: [source, deep],
      exclude_patterns: [`${unbroken(180)}.none`, `${markup}.none`],
      description: `${markup} ${long('A description that goes on and on. ', 400)}`,
    },
    reason: `${markup} ${unbroken(150)}`,
  })
  for (const role of ['operator', 'auditor', 'requester'])
    await call('users.create', {
      email: `${unbroken(60).toLowerCase()}@${long('subdomain.', 150)}${role}.example`,
      name: `${markup} ${unbroken(170)}`,
      role,
    })
  await call('apiKeys.create', { name: `${markup} ${unbroken(170)}`, permissions: ['runs.read', 'snapshots.read'] })
  const good = { kind: 'backup' as const, type: 'full' as const, repositoryId, paths: [source] }
  const { id } = await client.runs.start.mutate(good)
  await runEnded(client, id)
  await runEnded(client, (await client.schedules.runNow.mutate({ id: scheduleId })).id)
  // Fails, with a path in its error that is as long as it is hostile.
  const gone = path.join(source, `${markup}${unbroken(200)}`)
  await runEnded(client, (await client.runs.start.mutate({ ...good, paths: [gone] })).id)
  const { items } = await client.snapshots.list.query({ limit: 1 })
  const snapshot = items[0]
  if (snapshot === undefined) throw new Error('There is no snapshot after a backup')
  const target = path.join(box.home, 'restored', unbroken(200))
  const restore = await call<{ runId: string }>('restores.start', { snapshot: snapshot.id, target })
  await runEnded(client, restore.runId)
}
