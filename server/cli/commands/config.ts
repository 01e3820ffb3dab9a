// holdfast config check FILE: says everything that is wrong with a configuration file, with lines, before a server meets it.
import { fileURLToPath } from 'node:url'
import { readEnvironment } from '../../config/environment.ts'
import { readConfigFile, readDocument } from '../../config/read.ts'
import type { ConfigDocument } from '../../contract/config/document.ts'
import { secretUses } from '../../contract/config/plans/secrets.ts'
import { isError, type Problem, problemText } from '../../contract/config/problems.ts'
import { HoldfastError } from '../../contract/errors.ts'
import { patternProblems } from '../../services/settings/patterns.ts'
import { needText, quote } from '../bytes.ts'
import { type Context, defineCommand, exit } from '../command.ts'
import { plural } from '../format.ts'
import { suggestion } from '../nearest.ts'

const actions = ['check']

export const command = defineCommand({
  name: 'config',
  summary: 'check a configuration file',
  usage: ['check FILE [--json]'],
  words: { min: 2, max: 2 },
  options: {},
  notes: [
    'FILE is JSON with comments; docs/configuration.md explains every key. All mistakes are told at once, each with its line (exit status 2).',
    'Ports count as a server of this environment would take them: HOLDFAST_CONSOLE_PORT and HOLDFAST_API_PORT take the place of those in FILE.',
    'Nothing is stored: the server takes a file in through its console or API. With --verbose the environment variables that the file names are listed.',
  ],
  async run({ words: [action = '', word = ''], context }) {
    if (!actions.includes(action)) {
      const near = suggestion(action, actions, (each) => `"${each}"`)
      throw new HoldfastError('usage', `"holdfast config" has no ${quote(action)}; ${near}`)
    }
    return check(needText(word, 'FILE'), context)
  },
})

function check(file: string, { out, env }: Context): number {
  const { overrides } = readEnvironment({ home: fileURLToPath(new URL('../../../', import.meta.url)) })
  const { document, problems } = readDocument(readConfigFile(file), { further: [patternProblems], overrides })
  for (const each of problems) {
    if (isError(each)) out.error(`${file}: ${problemText(each)}`)
    else out.note(`${file}: ${problemText(each)}`)
  }
  const variables = document
    ? secretUses(document).map((use) => ({ ...use, set: env.get(use.variable) !== undefined }))
    : []
  for (const { path, variable, purpose, set } of variables) {
    out.detail(`${path}: ${variable} is ${set ? 'set' : 'not set'} (${purpose})`)
  }
  out.line(
    document
      ? `${file} is right: ${contents(document)}`
      : `${file}: ${plural(problems.filter(isError).length, 'mistake')}`,
  )
  out.document({ file, ok: document !== undefined, problems: problems.map(shown), variables })
  return document ? exit.done : exit.usage
}

const shown = ({ keys: _, ...problem }: Problem): Omit<Problem, 'keys'> => problem

function contents(document: ConfigDocument): string {
  const schedules = Object.keys(document.schedules ?? {}).length
  return `${plural(Object.keys(document).length, 'section')}, ${plural(schedules, 'schedule')}`
}
