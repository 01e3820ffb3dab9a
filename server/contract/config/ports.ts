// Console and API can't listen on the same port of the same address. The port that counts may be the environment's, or the default.
import { type Overrides, portVariables } from './environment.ts'
import { type Path, valueAt } from './paths.ts'
import { API_PORT, CONSOLE_PORT, LOOPBACK } from './plans/listeners.ts'
import { type Problem, problem } from './problems.ts'

type Place = { readonly host: unknown; readonly port: unknown }

const wildcards: readonly unknown[] = ['0.0.0.0', '::']

/** Whether two listeners would be in each other's way. */
export const isSamePlace = (a: Place, b: Place): boolean =>
  a.port === b.port && (a.host === b.host || wildcards.includes(a.host) || wildcards.includes(b.host))

type Listening = Place & {
  readonly name: keyof typeof portVariables
  readonly key: Path
  readonly from: 'environment' | 'document' | 'default'
}

/** The problem of the listener that the document says more of; none where both have a place of their own. */
export function checkPorts(document: unknown, { consolePort, apiPort }: Overrides): Problem[] {
  if (valueAt(document, ['api', 'enabled']) === false) return []
  const console = placeOf(document, { name: 'console', section: 'console', given: consolePort, usual: CONSOLE_PORT })
  const api = placeOf(document, { name: 'API', section: 'api', given: apiPort, usual: API_PORT })
  if (!isSamePlace(console, api)) return []
  const [told, other] = api.from === 'document' && console.from !== 'document' ? [api, console] : [console, api]
  const by = other.from === 'environment' ? `, by ${portVariables[other.name]}` : ''
  const message = `is ${told.port}, which the ${other.name} listens on (${other.key.join('.')}${by})`
  return [problem('reference', told.key, message)]
}

type Listener = {
  readonly name: Listening['name']
  readonly section: string
  readonly given: number | undefined
  readonly usual: number
}

function placeOf(document: unknown, { name, section, given, usual }: Listener): Listening {
  const key = [section, 'port']
  const stored = valueAt(document, key)
  const host = valueAt(document, [section, 'host']) ?? LOOPBACK
  const from = given !== undefined ? 'environment' : stored !== undefined ? 'document' : 'default'
  return { name, key, host, port: given ?? stored ?? usual, from }
}
