// What a command is: its options as data (parsed, checked and shown in --help from one table), and what it does.
import type { Clock } from '../lib/clock.ts'
import type { Environment } from './env.ts'
import type { Output } from './output.ts'

export type OptionSpec = {
  /** `flag`: present or not. `value`: given once at most. `list`: may be given many times. */
  readonly kind: 'flag' | 'value' | 'list'
  /** What stands for the value in --help. */
  readonly value?: string
  readonly help: string
}

export type Options = Readonly<Record<string, OptionSpec>>

/** Values are byte strings. */
export type Values<O extends Options> = {
  readonly [K in keyof O]: O[K]['kind'] extends 'flag'
    ? boolean
    : O[K]['kind'] extends 'list'
      ? readonly string[]
      : string | undefined
}

/** Options of every command. */
export const commonOptions = {
  json: { kind: 'flag', help: 'print one JSON document on stdout, also when it fails' },
  quiet: { kind: 'flag', help: 'print nothing but errors (and the JSON document)' },
  verbose: { kind: 'flag', help: 'say more on stderr' },
  help: { kind: 'flag', help: 'show this and do nothing' },
} as const satisfies Options

/** Options of the commands that open a repository. */
export const repositoryOptions = {
  repo: { kind: 'value', value: 'R', help: 'the repository: a path or URL (required)' },
  'password-file': {
    kind: 'value',
    value: 'FILE',
    help: 'read the password from a file (one newline at its end is cut)',
  },
  'key-file': { kind: 'value', value: 'FILE', help: 'use the bytes of a file as the key' },
} as const satisfies Options

/** What a command runs in. */
export type Context = {
  readonly out: Output
  readonly env: Environment
  readonly clock: Clock
  /** Runs work that ends in good order when asked to stop; outside of it a signal ends the program at once. */
  abortable<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T>
}

export type Invocation<O extends Options> = {
  readonly options: Values<O>
  /** What is neither an option nor its value; byte strings. */
  readonly words: readonly string[]
  readonly context: Context
}

export type Command<O extends Options = Options> = {
  readonly name: string
  readonly summary: string
  /** What follows "holdfast NAME --repo R" in the first lines of its help. */
  readonly usage: readonly string[]
  /** How many words it takes. */
  readonly words: { readonly min: number; readonly max: number }
  readonly options: O
  /** More help, one paragraph each. */
  readonly notes?: readonly string[]
  /** @returns the exit status */
  run(invocation: Invocation<O>): Promise<number>
}

/** Ties the type of the options' values to the options. */
export const defineCommand = <O extends Options>(command: Command<O>): Command => command

/** Exit statuses that are no error's: errors have theirs in the catalogue. */
export const exit = { done: 0, usage: 2, partly: 3, damaged: 6, interrupted: 130 } as const
