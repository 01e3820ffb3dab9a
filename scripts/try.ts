// `npm run try`: backs up a real folder of this machine, restores it beside, compares the two and tells the figures, with no server.
// Everything goes through bin/holdfast, as a person would use it. `npm run try -- FOLDER` takes another folder.
import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { type Comparison, compareTrees } from './compare.ts'

const root = path.join(import.meta.dirname, '..')
const data = path.join(root, 'data', 'try')
const repository = path.join(data, 'repository')
const password = path.join(data, 'password')
const target = path.join(data, 'restore')

/** Some folder that is on any machine and holds nothing private. */
const folders = ['/usr/share/doc', '/usr/lib/python3', '/etc']

/** Statuses of bin/holdfast: with `partly` the snapshot is there, and something could not be read or restored. */
const exit = { done: 0, failed: 1, usage: 2, partly: 3 }
const differencesShown = 20

type Backup = {
  snapshotId: string
  type: string
  filesNew: number
  filesChanged: number
  filesUnmodified: number
  bytesRead: number
  bytesStored: number
  errors: unknown[]
}

function stop(status: number, ...lines: string[]): never {
  for (const line of lines) console.error(line)
  process.exit(status)
}

/** The folder to back up. npm changes to the root of the project; INIT_CWD is where the person was. */
function chooseSource(): string {
  const [given] = process.argv.slice(2)
  const source =
    given === undefined
      ? folders.find((folder) => fs.existsSync(folder))
      : path.resolve(process.env.INIT_CWD ?? '.', given)
  if (source === undefined) stop(exit.usage, 'There is none of the usual folders here. Name one: npm run try -- FOLDER')
  if (!fs.existsSync(source)) stop(exit.usage, `There is no ${source}. Name another folder: npm run try -- FOLDER`)
  const real = fs.realpathSync(source)
  if (`${data}/`.startsWith(real === '/' ? real : `${real}/`)) {
    stop(exit.usage, `${real} holds ${data}, where the repository goes. Name a folder beside it: npm run try -- FOLDER`)
  }
  return real
}

/** Runs bin/holdfast on the repository; gives the document that it prints last and the seconds that it took. */
function holdfast(command: string, ...words: string[]): { result: unknown; seconds: number; status: number } {
  const started = performance.now()
  const common = ['--repo', repository, '--password-file', password, '--json']
  const { status, signal, stdout, error } = spawnSync(path.join(root, 'bin/holdfast'), [command, ...common, ...words], {
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
    maxBuffer: 1 << 30,
  })
  const seconds = (performance.now() - started) / 1000
  if (status !== exit.done && status !== exit.partly) {
    stop(
      status ?? exit.failed,
      `holdfast ${command} failed: ${error?.message ?? signal ?? `exit status ${status}`}`,
      stdout.trim(),
    )
  }
  return { result: JSON.parse(stdout.trim().split('\n').at(-1) ?? ''), seconds, status }
}

function prepare(): void {
  fs.mkdirSync(data, { recursive: true, mode: 0o700 })
  if (!fs.existsSync(password))
    fs.writeFileSync(password, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' })
  if (!fs.existsSync(path.join(repository, 'config'))) holdfast('init')
  fs.rmSync(target, { recursive: true, force: true })
}

function sizeOf(folder: string): number {
  const files = fs.readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return files.reduce((sum, entry) => sum + fs.statSync(path.join(entry.parentPath, entry.name)).size, 0)
}

const count = (value: number): string => value.toLocaleString('en')
const mib = (bytes: number): string => `${(bytes / (1 << 20)).toFixed(1)} MiB`
const tell = (name: string, text: string): void => console.log(`${name.padEnd(12)}${text}`)

function tellBackup(backup: Backup, seconds: number): void {
  const { filesNew, filesChanged, filesUnmodified, errors } = backup
  tell('backup', `${backup.type} snapshot ${backup.snapshotId} in ${seconds.toFixed(2)} s`)
  tell('', `${count(filesNew)} files new, ${count(filesChanged)} changed, ${count(filesUnmodified)} unmodified`)
  tell(
    '',
    `${mib(backup.bytesRead)} read, ${mib(backup.bytesStored)} stored, ${count(errors.length)} could not be read`,
  )
}

function tellComparison(found: Comparison): void {
  const kinds = `${count(found.files)} files, ${count(found.directories)} directories, ${count(found.others)} others`
  tell('compared', `${kinds}, ${mib(found.bytes)}: ${count(found.differences.length)} differences`)
  if (found.unread > 0) tell('', `${count(found.unread)} left out, because this user may not read them`)
  for (const difference of found.differences.slice(0, differencesShown)) tell('', difference)
}

function main(): void {
  const source = chooseSource()
  const again = fs.existsSync(path.join(repository, 'config'))
  prepare()
  tell('source', source)
  const backup = holdfast('backup', '--type', again ? 'incremental' : 'full', source)
  const made = backup.result as Backup
  tellBackup(made, backup.seconds)
  const restore = holdfast('restore', made.snapshotId, '--target', target)
  tell('restore', `in ${restore.seconds.toFixed(2)} s, into ${path.relative(root, target)}`)
  const owners = process.getuid?.() === 0
  const latin1 = (name: string): string => Buffer.from(name).toString('latin1')
  const found = compareTrees(latin1(source), latin1(path.join(target, source)), { owners })
  tellComparison(found)
  const size = sizeOf(repository)
  tell(
    'repository',
    `${mib(size)} in data/try/repository, for ${mib(found.bytes)}: ratio ${(found.bytes / size).toFixed(1)}`,
  )
  tell('password', 'in data/try/password: without it nobody can restore')
  if (found.differences.length > 0) stop(exit.failed, 'What was restored is not what was backed up.')
  process.exitCode = Math.max(backup.status, restore.status)
}

main()
