// The programs that are measured, each as data: how it is set up, and which command is which step.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Command } from './measure.ts'
import type { StepId } from './steps.ts'

/** Where one tool works in one round: its repository, its caches, what it backs up and where it restores to. */
export type Place = {
  readonly repository: string
  readonly home: string
  readonly source: string
  readonly target: string
}

/** `subject` is what the targets are for, `peer` what it is held against, `floor` what the plain system tools take. */
export type Tool = {
  readonly name: string
  readonly role: 'subject' | 'peer' | 'floor'
  /** The program that must be there. */
  readonly program: string
  readonly versionFlag: string
  /** Makes an empty repository; not measured. */
  readonly init?: (place: Place) => Command
  /** Undefined when the tool has no such step. */
  readonly command: (step: StepId, place: Place) => Command | undefined
}

const SECRET = 'a passphrase for measuring only'
const holdfastProgram = fileURLToPath(new URL('../bin/holdfast', import.meta.url))

const holdfast: Tool = {
  name: 'holdfast',
  role: 'subject',
  program: holdfastProgram,
  versionFlag: '--version',
  init: (place) => runHoldfast(place, 'init'),
  command: (step, place) => {
    if (step === 'check') return runHoldfast(place, 'verify', '--read-data')
    if (isRestore(step)) return runHoldfast(place, 'restore', 'latest', '--target', place.target)
    return runHoldfast(place, 'backup', place.source)
  },
}

function runHoldfast({ repository, home }: Place, verb: string, ...rest: string[]): Command {
  return {
    argv: [holdfastProgram, verb, '--repo', repository, ...rest],
    env: { HOLDFAST_PASSWORD: SECRET, HOLDFAST_CACHE_DIR: home },
  }
}

const restic: Tool = {
  name: 'restic',
  role: 'peer',
  program: 'restic',
  versionFlag: 'version',
  init: (place) => runRestic(place, 'init', '--repository-version', '2'),
  command: (step, place) => {
    if (step === 'check') return runRestic(place, 'check', '--read-data')
    if (isRestore(step)) return runRestic(place, 'restore', 'latest', '--target', place.target)
    return runRestic(place, 'backup', '--compression', 'auto', place.source)
  },
}

function runRestic({ repository, home }: Place, verb: string, ...rest: string[]): Command {
  return {
    argv: ['restic', '--quiet', '--repo', repository, verb, ...rest],
    env: { RESTIC_PASSWORD: SECRET, RESTIC_CACHE_DIR: home },
  }
}

const borg = (compression: string): Tool => ({
  name: `borg ${compression}`,
  role: 'peer',
  program: 'borg',
  versionFlag: '--version',
  init: (place) => runBorg(place, ['init', '--encryption', borgEncryption(), place.repository]),
  command: (step, place) => {
    if (step === 'check') return runBorg(place, ['check', '--verify-data', place.repository])
    if (isRestore(step)) return runBorg(place, ['extract', `${place.repository}::changed`], place.target)
    return runBorg(place, ['create', '--compression', compression, `${place.repository}::${step}`, place.source])
  },
})

function runBorg({ home }: Place, args: string[], cwd?: string): Command {
  const env = { BORG_PASSPHRASE: SECRET, BORG_BASE_DIR: home }
  return { argv: ['borg', ...args], env, ...(cwd ? { cwd } : {}) }
}

/** Borg's faster kind for this machine: SHA-256 where the processor has instructions for it, BLAKE2 elsewhere. */
function borgEncryption(): string {
  return /\bsha_ni\b|\bsha2\b/.test(readFileSync('/proc/cpuinfo', 'latin1')) ? 'repokey' : 'repokey-blake2'
}

const KEY = ['-aes-256-ctr', '-K', '0'.repeat(64), '-iv', '0'.repeat(32)].join(' ')

/** No backup program: what tar, zstd, openssl and find take for the same bytes. Nothing is deduplicated or checked. */
const floor: Tool = {
  name: 'floor',
  role: 'floor',
  program: 'zstd',
  versionFlag: '--version',
  command: (step, { repository, source, target }) => {
    const archive = join(repository, 'archive')
    const pack = `tar -C "$1" -cf - "$2" | zstd -q -1 -T2 | openssl enc ${KEY} -out "$3"`
    if (step === 'first') return pipe(pack, dirname(source), basename(source), archive)
    if (step === 'unchanged')
      return pipe(`find "$1" -printf '%p %s %T@ %C@ %i\\n' > "$2"`, source, join(target, 'list'))
    if (isRestore(step)) return pipe(`openssl enc -d ${KEY} -in "$1" | zstd -q -d | tar -C "$2" -xf -`, archive, target)
    return undefined
  },
}

const pipe = (script: string, ...args: string[]): Command => ({
  argv: ['bash', '-o', 'pipefail', '-c', script, 'floor', ...args],
  env: {},
})

export const isRestore = (step: StepId): boolean => step === 'restore' || step === 'restoreTmpfs'

export const allTools: readonly Tool[] = [holdfast, restic, borg('lz4'), borg('zstd,3'), floor]

/** What the program says of its version, in one line; undefined when it is not there or does not run. */
export function versionOf({ program, versionFlag }: Tool): string | undefined {
  if (program.includes('/') && !existsSync(program)) return undefined
  const { error, status, stdout } = spawnSync(program, [versionFlag], { encoding: 'utf8' })
  return error || status !== 0 ? undefined : (stdout.replaceAll('*', '').trim().split('\n')[0] ?? '')
}
