// Runs the command that the arguments name, and turns whatever happens into messages and an exit status.
import { codeOf, errorCatalogue, HoldfastError, messageOf } from '../contract/errors.ts'
import { systemClock } from '../lib/clock.ts'
import { quote } from './bytes.ts'
import { type Context, exit } from './command.ts'
import { environment } from './env.ts'
import { Interrupt } from './interrupt.ts'
import { suggestion } from './nearest.ts'
import { Output } from './output.ts'
import { hasFlag, parse, splitCommand } from './parse.ts'
import { commands } from './registry.ts'

/** `args`: after the program's name, byte strings. Prints all there is to print. @returns the exit status */
export async function run(args: readonly string[]): Promise<number> {
  const out = new Output({
    json: hasFlag(args, '--json'),
    quiet: hasFlag(args, '--quiet', '-q'),
    verbose: hasFlag(args, '--verbose', '-v'),
  })
  const fail = (error: unknown): number => report(out, error)
  process.on('uncaughtException', (error) => process.exit(fail(error)))
  const interrupt = new Interrupt(out, fail)
  const context: Context = { out, env: environment, clock: systemClock, abortable: (work) => interrupt.abortable(work) }
  try {
    const status = await dispatch(args, context)
    out.live('')
    out.flush()
    return status
  } catch (error) {
    return fail(error)
  }
}

/** Tells of a failure. @returns its exit status */
function report(out: Output, error: unknown): number {
  const code = codeOf(error)
  out.error(`holdfast: ${messageOf(error)}`)
  const stack = error instanceof Error ? (error.stack ?? '') : ''
  if (code === 'internal') out.detail(stack)
  out.document({ error: { code, message: messageOf(error) } })
  return errorCatalogue[code].exit
}

async function dispatch(args: readonly string[], context: Context): Promise<number> {
  const { name, rest } = splitCommand(args)
  if (name === undefined) return withoutCommand(rest, context)
  const listed = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (!listed) {
    const near = suggestion(name, Object.keys(commands), (each) => `"${each}"`)
    throw new HoldfastError('usage', `There is no command ${quote(name)}; ${near} ("holdfast --help" explains)`)
  }
  const { command } = await listed.load()
  const { values, words, help } = parse(command, rest)
  if (help) return print(context, (await import('./help.ts')).commandHelp(command))
  return command.run({ options: values, words, context })
}

async function withoutCommand(rest: readonly string[], context: Context): Promise<number> {
  const { generalHelp, version } = await import('./help.ts')
  if (hasFlag(rest, '--help', '-h')) return print(context, generalHelp())
  if (hasFlag(rest, '--version')) return print(context, `holdfast ${version()}`, { version: version() })
  throw new HoldfastError('usage', 'There is no command; "holdfast --help" lists them')
}

function print({ out }: Context, text: string, document: unknown = { help: text }): number {
  out.line(text)
  out.document(document)
  return exit.done
}
