// From arguments to options and words, by the table of a command. node:util's parseArgs cuts them up; what is allowed is decided here.
import { parseArgs } from 'node:util'
import { HoldfastError } from '../contract/errors.ts'
import { quote } from './bytes.ts'
import { type Command, commonOptions, type Options, repositoryOptions, type Values } from './command.ts'
import { suggestion } from './nearest.ts'

const shortNames: Readonly<Record<string, string>> = { h: 'help', q: 'quiet', v: 'verbose' }

export type Parsed = { readonly values: Values<Options>; readonly words: readonly string[]; readonly help: boolean }

/** The command's options and those of all commands. */
export const optionsOf = (command: Command): Options => ({ ...command.options, ...commonOptions })

/** Reads the arguments after the command's name. @throws `usage` */
export function parse(command: Command, args: readonly string[]): Parsed {
  const specs = optionsOf(command)
  const values = emptyValues(specs)
  const words: string[] = []
  for (const token of cut(specs, args)) {
    if (token.kind === 'positional') words.push(token.value)
    else if (token.kind === 'option') take(command, specs, values, token)
  }
  const help = values.help === true
  if (!help) checkWords(command, words)
  return { values: values as Values<Options>, words, help }
}

type Token = {
  readonly name: string
  readonly rawName: string
  readonly value?: string | undefined
  readonly inlineValue?: boolean | undefined
}

function cut(specs: Options, args: readonly string[]) {
  const options = Object.fromEntries(
    Object.entries(specs).map(([name, { kind }]) => {
      const short = Object.keys(shortNames).find((each) => shortNames[each] === name)
      return [name, { type: kind === 'flag' ? 'boolean' : 'string', ...(short ? { short } : {}) } as const]
    }),
  )
  return parseArgs({ args: [...args], options, strict: false, allowPositionals: true, tokens: true }).tokens
}

function emptyValues(specs: Options): Record<string, boolean | string | string[] | undefined> {
  const initial = { flag: false, value: undefined, list: undefined }
  return Object.fromEntries(
    Object.entries(specs).map(([name, { kind }]) => [name, kind === 'list' ? [] : initial[kind]]),
  )
}

function take(command: Command, specs: Options, values: ReturnType<typeof emptyValues>, token: Token): void {
  const spec = Object.hasOwn(specs, token.name) ? specs[token.name] : undefined
  if (!spec) throw unknownOption(command, specs, token.rawName)
  const { name, value } = token
  if (spec.kind === 'flag') {
    if (value !== undefined) throw new HoldfastError('usage', `--${name} takes no value`)
    values[name] = true
    return
  }
  if (value === undefined || (!token.inlineValue && value.startsWith('-') && value !== '-')) {
    throw new HoldfastError('usage', `--${name} needs a value (one that begins with a dash is written --${name}=-...)`)
  }
  const known = values[name]
  if (Array.isArray(known)) known.push(value)
  else if (known === undefined) values[name] = value
  else throw new HoldfastError('usage', `--${name} is given twice`)
}

function unknownOption(command: Command, specs: Options, rawName: string): HoldfastError {
  const near = suggestion(rawName.replace(/^-+/, ''), Object.keys(specs), (name) => `--${name}`)
  return new HoldfastError(
    'usage',
    `"holdfast ${command.name}" has no option ${quote(rawName)}; ${near} ("holdfast ${command.name} --help" explains)`,
  )
}

function checkWords({ name, words: { min, max }, usage }: Command, words: readonly string[]): void {
  const how = `"holdfast ${name} ${usage[0]}" is how it is used, see also "holdfast ${name} --help"`
  if (words.length < min) throw new HoldfastError('usage', `"holdfast ${name}" needs more: ${how}`)
  if (words.length > max) throw new HoldfastError('usage', `${quote(words[max] ?? '')} is too much: ${how}`)
}

/** Options that may stand before the command's name together with a value. */
const early = new Set(Object.keys(repositoryOptions).map((name) => `--${name}`))

/** Finds the command's name, and gives all other arguments in their order. */
export function splitCommand(args: readonly string[]): { name: string | undefined; rest: string[] } {
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? ''
    if (arg === '--') break
    if (early.has(arg)) i++
    else if (!arg.startsWith('-')) return { name: arg, rest: [...args.slice(0, i), ...args.slice(i + 1)] }
  }
  return { name: undefined, rest: [...args] }
}

/** Whether a flag is among the arguments, for what must be known before they are parsed. */
export function hasFlag(args: readonly string[], ...names: readonly string[]): boolean {
  const end = args.indexOf('--')
  return args.slice(0, end < 0 ? undefined : end).some((arg) => names.includes(arg))
}
