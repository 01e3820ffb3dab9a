// What no single value can tell: names that refer to each other, settings that don't go together. It works on documents with other errors
// as well, so that everything is told at once.
import { nearest } from '../nearest.ts'
import { channelNames } from './blocks/alerts.ts'
import { integrationKinds, keysOfKind, kindsByName, neededOfKind } from './blocks/integrations.ts'
import type { Overrides } from './environment.ts'
import { allowedName, namePattern } from './fields.ts'
import { isObject, itemsIn, objectsIn, type Path, type Plain, valueAt } from './paths.ts'
import { checkPorts } from './ports.ts'
import { type Problem, problem } from './problems.ts'

/** What is known beside a document. */
export type Known = {
  /** Names of the repositories in the catalog; undefined where there is no catalog. Schedules may name them like storages. */
  readonly repositories?: readonly string[]
  /** What the environment of the server puts over the document; undefined where it is not known: then ports are not judged. */
  readonly overrides?: Overrides
}

type Check = (document: unknown, known: Known) => Problem[]

const quoted = (names: readonly string[]): string => names.map((name) => JSON.stringify(name)).join(', ')

/** Everything that a whole document is checked for besides its values. */
export const referenceProblems: Check = (document, known) => checks.flatMap((check) => check(document, known))

/** A name that must be one of `known`. */
function mustBe(what: string, document: unknown, path: Path, known: readonly string[]): Problem[] {
  const value = valueAt(document, path)
  if (typeof value !== 'string' || known.includes(value)) return []
  const near = nearest(value, known)
  const hint = near === undefined ? '' : `; did you mean ${JSON.stringify(near)}?`
  const message = `is ${JSON.stringify(value)}, but there is no such ${what}; there ${known.length === 0 ? 'are none' : `are ${quoted(known)}`}${hint}`
  return [problem('reference', path, message, near === undefined ? {} : { nearest: near })]
}

/** Names of storages that schedules and hybrid may name. */
export function storageNames(document: unknown): string[] {
  const blocks = ['local', 'remote', 'cloud'].filter((name) => isObject(valueAt(document, ['storage', name])))
  const further = itemsIn(valueAt(document, ['integrations', 'cloud_storage']))
    .filter(([, item]) => item.enabled !== false && typeof item.name === 'string')
    .map(([, item]) => String(item.name))
  return [...new Set([...blocks, ...further])]
}

const checkStorage: Check = (document) => {
  const type = valueAt(document, ['storage', 'type'])
  const isOne = type === 'local' || type === 'remote' || type === 'cloud'
  if (isOne && valueAt(document, ['storage', type]) === undefined) {
    return [problem('reference', ['storage', 'type'], `is ${JSON.stringify(type)}, but storage.${type} is missing`)]
  }
  return type === 'hybrid' ? checkHybrid(document) : []
}

function checkHybrid(document: unknown): Problem[] {
  const names = storageNames(document)
  const hybrid = valueAt(document, ['storage', 'hybrid'])
  if (hybrid === undefined) {
    const enough = names.includes('local') && (names.includes('cloud') || names.includes('remote'))
    if (enough) return []
    const message =
      'is "hybrid", but storage.hybrid is missing, and there are no storage.local and storage.cloud to take for it'
    return [problem('reference', ['storage', 'type'], message)]
  }
  const primary = ['storage', 'hybrid', 'primary']
  const secondary = ['storage', 'hybrid', 'secondary']
  const found = [...mustBe('storage', document, primary, names), ...mustBe('storage', document, secondary, names)]
  if (found.length > 0 || valueAt(document, primary) !== valueAt(document, secondary)) return found
  return [problem('reference', secondary, 'is the same as primary: a copy belongs on another storage')]
}

const checkSchedules: Check = (document, { repositories }) => {
  const policies = [
    ...new Set(['default', ...objectsIn(valueAt(document, ['retention_policies'])).map(([name]) => name)]),
  ]
  const storages = [...new Set([...storageNames(document), ...(repositories ?? [])])]
  const what = repositories === undefined ? 'storage in this document' : 'storage or repository'
  return objectsIn(valueAt(document, ['schedules'])).flatMap(([name, schedule]) => {
    const path = ['schedules', name]
    const found = mustBe('retention policy', document, [...path, 'policy'], policies)
    if (isObject(valueAt(document, ['storage']))) {
      found.push(...mustBe(what, document, [...path, 'repository'], storages))
    }
    if (schedule.catch_up_window_minutes !== undefined && schedule.catch_up !== 'within_window') {
      const message = 'has no effect unless catch_up is "within_window"'
      found.push(problem('reference', [...path, 'catch_up_window_minutes'], message, { severity: 'warning' }))
    }
    return found
  })
}

/** Such a backup is refused when it runs. */
const checkOwnFolder: Check = (document) => {
  const folder = valueAt(document, ['storage', 'local', 'path'])
  if (typeof folder !== 'string') return []
  const inside = (path: unknown): boolean =>
    typeof path === 'string' && `${path}/`.startsWith(`${folder.replace(/\/+$/, '')}/`)
  return objectsIn(valueAt(document, ['schedules'])).flatMap(([name, { include_paths: paths }]) =>
    (Array.isArray(paths) ? paths : []).flatMap((path, i) => {
      if (!inside(path)) return []
      const message = `is in ${JSON.stringify(folder)}, the repository (storage.local.path): it can't be backed up into itself`
      return [problem('reference', ['schedules', name, 'include_paths', i], message, { severity: 'warning' })]
    }),
  )
}

const checkNames: Check = (document) =>
  ['schedules', 'retention_policies'].flatMap((section) =>
    Object.keys((valueAt(document, [section]) as Plain | undefined) ?? {})
      .filter((name) => !namePattern.test(name))
      .map((name) => problem('value', [section, name], `is no name; allowed is ${allowedName}`)),
  )

const lists: readonly Path[] = [
  ['alerts', 'alert_triggers'],
  ['notifications', 'event_triggers'],
  ['integrations', 'cloud_storage'],
  ['integrations', 'monitoring_tools'],
]

const checkTwice: Check = (document) =>
  lists.flatMap((path) => {
    const seen = new Set<unknown>()
    return itemsIn(valueAt(document, path)).flatMap(([i, item]) => {
      const twice = item.name !== undefined && seen.has(item.name)
      seen.add(item.name)
      return twice
        ? [problem('reference', [...path, i, 'name'], `is ${JSON.stringify(item.name)}, as another one before is`)]
        : []
    })
  })

const checkCompression: Check = (document) => {
  const choices: Path[] = [
    ['compression', 'default_algorithm'],
    ...['local', 'remote', 'cloud'].map((name) => ['storage', name, 'compression']),
  ]
  return choices.flatMap((path) => {
    const algorithm = valueAt(document, path)
    if (typeof algorithm !== 'string') return []
    if (valueAt(document, ['compression', 'algorithms', algorithm, 'enabled']) !== false) return []
    return [
      problem(
        'reference',
        path,
        `is ${JSON.stringify(algorithm)}, but compression.algorithms.${algorithm}.enabled is false`,
      ),
    ]
  })
}

const checkEncryption: Check = (document) => {
  const path = ['encryption', 'key_management']
  const source = valueAt(document, [...path, 'source'])
  const needed = { file: 'file_path', environment: 'environment_variable', hsm: 'hsm' } as const
  const key =
    typeof source === 'string' && Object.hasOwn(needed, source) ? needed[source as keyof typeof needed] : undefined
  const found: Problem[] = []
  if (key !== undefined && valueAt(document, [...path, key]) === undefined) {
    found.push(
      problem(
        'missing',
        [...path, key],
        `is missing, and encryption.key_management.source is ${JSON.stringify(source)}`,
      ),
    )
  }
  const switches: Path[] = [
    ['encryption', 'enabled'],
    ['global_settings', 'encryption_enabled'],
    ...['local', 'remote', 'cloud'].map((name) => ['storage', name, 'encryption']),
  ]
  for (const place of switches) {
    if (valueAt(document, place) !== false) continue
    const message = 'is false, but a repository is always encrypted: it has no effect'
    found.push(problem('reference', place, message, { severity: 'warning' }))
  }
  return found
}

const checkChannels: Check = (document) => {
  const channels = valueAt(document, ['notifications', 'channels'])
  if (!isObject(channels)) return []
  const off = (name: string): boolean => !isObject(channels[name]) || valueAt(channels, [name, 'enabled']) === false
  const uses = [
    { list: ['alerts', 'alert_triggers'], key: 'notification_method' },
    { list: ['notifications', 'event_triggers'], key: 'channels' },
  ]
  return uses.flatMap(({ list, key }) =>
    itemsIn(valueAt(document, list)).flatMap(([i, item]) =>
      (Array.isArray(item[key]) ? item[key] : []).flatMap((name, j) => {
        if (!channelNames.some((each) => each === name) || !off(String(name))) return []
        const message = `is ${JSON.stringify(name)}, but notifications.channels.${name} is not set up: nobody is told that way`
        return [problem('reference', [...list, i, key, j], message, { severity: 'warning' })]
      }),
    ),
  )
}

const checkIntegrations: Check = (document) => {
  const list = ['integrations', 'cloud_storage']
  return itemsIn(valueAt(document, list)).flatMap(([i, item]) => {
    const kind =
      typeof item.type === 'string'
        ? item.type
        : Object.hasOwn(kindsByName, String(item.name))
          ? kindsByName[String(item.name)]
          : undefined
    const known = integrationKinds.find((each) => each === kind)
    if (kind === undefined) {
      const message = `is missing: ${JSON.stringify(item.name)} does not tell what it is; allowed are ${quoted(integrationKinds)}`
      return [problem('missing', [...list, i, 'type'], message)]
    }
    if (known === undefined) return []
    const missing = neededOfKind[known]
      .filter((key) => item[key] === undefined && item.enabled !== false)
      .map((key) => problem('missing', [...list, i, key], `is missing, and a storage of type "${known}" needs it`))
    const foreign = Object.keys(item)
      .filter((key) => !['name', 'type', 'enabled', ...keysOfKind[known]].includes(key) && isKeyOfAny(key))
      .map((key) =>
        problem(
          'unknown',
          [...list, i, key],
          `is no key of a storage of type "${known}"; allowed are ${keysOfKind[known].join(', ')}`,
        ),
      )
    return [...missing, ...foreign]
  })
}

const isKeyOfAny = (key: string): boolean => Object.values(keysOfKind).some((keys) => keys.includes(key))

const checkListeners: Check = (document, { overrides }) => {
  const found = overrides ? checkPorts(document, overrides) : []
  const at = (...path: Path): unknown => valueAt(document, path)
  for (const listener of ['api', 'console']) {
    const pair = ['cert_path', 'key_path'].filter((key) => at(listener, 'ssl', key) !== undefined)
    if (pair.length !== 1) continue
    const other = pair[0] === 'cert_path' ? 'key_path' : 'cert_path'
    found.push(problem('missing', [listener, 'ssl', other], `is missing, and ${pair[0]} is of no use without it`))
  }
  if (
    at('network_security', 'authentication', 'require_client_cert') === true &&
    at('api', 'ssl', 'enabled') === false
  ) {
    const message = 'is true, but api.ssl.enabled is false: client certificates need TLS'
    found.push(problem('reference', ['network_security', 'authentication', 'require_client_cert'], message))
  }
  if (
    at('network_security', 'firewall', 'enabled') === true &&
    at('network_security', 'firewall', 'allowed_ips') === undefined
  ) {
    const message = 'is missing, and the firewall is on: nobody could connect'
    found.push(problem('missing', ['network_security', 'firewall', 'allowed_ips'], message))
  }
  return found
}

const checkPerformance: Check = (document) => {
  const definition = ['performance', 'bandwidth_shaping', 'throttling_schedule', 'work_hours_definition']
  const [start, end] = ['start', 'end'].map((key) => valueAt(document, [...definition, key]))
  if (typeof start !== 'string' || start !== end) return []
  return [problem('reference', [...definition, 'end'], 'is the same as start: that is no time at all')]
}

const checks: readonly Check[] = [
  checkNames,
  checkTwice,
  checkStorage,
  checkEncryption,
  checkSchedules,
  checkOwnFolder,
  checkCompression,
  checkChannels,
  checkIntegrations,
  checkListeners,
  checkPerformance,
]
