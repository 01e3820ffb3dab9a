// The texts of --help and --version.
import { readFileSync } from 'node:fs'
import { type Command, commonOptions, type Options, repositoryOptions } from './command.ts'
import { variables } from './env.ts'
import { columns } from './format.ts'
import { commands } from './registry.ts'

const exitStatuses = [
  ['0', 'done'],
  ['1', 'failed; nothing was committed'],
  ['2', 'wrong usage'],
  ['3', 'committed or restored, but something could not be read, written or set'],
  ['4', 'refused'],
  ['5', 'wrong password or key'],
  ['6', 'the repository is damaged'],
  ['130', 'interrupted'],
]

const indent = (lines: readonly string[]): string[] => lines.map((line) => `  ${line}`)

/** The version of this program, from package.json. */
export function version(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}

export function generalHelp(): string {
  const list = Object.entries(commands).map(([name, { summary }]) => [name, summary])
  // A program of its own, which bin/holdfast starts; its settings are in the configuration and the environment.
  list.push(['serve', 'runs the server: console, API, schedules and jobs (README.md)'])
  return [
    'Holdfast: encrypted, deduplicated backups that are known to come back.',
    '',
    'holdfast COMMAND --repo R [OPTION]... [WORD]...',
    '',
    ...indent(columns(list)),
    '',
    '"holdfast COMMAND --help" shows the options of a command; "holdfast --version" the version.',
    'A SNAPSHOT is an id, its beginning (four digits or more, if only one begins so), or "latest".',
    '',
    'The secret is the first of: --password-file, --key-file, and these variables. If none is set it is asked for on the terminal.',
    ...indent(columns(Object.entries(variables).map(([name, what]) => [name, what]))),
    '',
    'Exit status:',
    ...indent(columns(exitStatuses, [0])),
  ].join('\n')
}

export function commandHelp(command: Command): string {
  const { name, summary, usage, notes = [], options } = command
  const own = Object.fromEntries(
    Object.entries(options).filter(([option]) => !Object.hasOwn(repositoryOptions, option)),
  )
  const lines = [
    ...usage.map((each) => `holdfast ${name} ${each}`),
    '',
    `${summary[0]?.toUpperCase()}${summary.slice(1)}.`,
    ...notes.flatMap((note) => ['', note]),
  ]
  if (Object.keys(own).length > 0) lines.push('', ...indent(optionLines(own)))
  if (Object.hasOwn(options, 'repo')) lines.push('', ...indent(optionLines(repositoryOptions)))
  lines.push('', ...indent(optionLines(commonOptions)))
  return lines.join('\n')
}

const shortNames: Readonly<Record<string, string>> = { help: '-h, ', quiet: '-q, ', verbose: '-v, ' }

const optionLines = (options: Options): string[] =>
  columns(
    Object.entries(options).map(([name, { value, help, kind }]) => [
      `${shortNames[name] ?? ''}--${name}${value === undefined ? '' : ` ${value}`}${kind === 'list' ? ' ...' : ''}`,
      help,
    ]),
  )
