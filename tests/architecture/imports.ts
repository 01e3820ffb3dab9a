// Reads every TypeScript file of server/ and says where it breaks the table of rules.ts: which file, which import, why, what instead.

import fs from 'node:fs'
import { builtinModules } from 'node:module'
import path from 'node:path'
import { parseAst } from 'vitest/node'
import { forTests, globals, type Layer, layers, maxLines } from './rules.ts'

export { maxLines }

/** One file; `path` is relative to server/, with slashes. */
export type Source = { readonly path: string; readonly text: string }

/** What a file mentions, and at which line. */
type Mention = { readonly what: string; readonly line: number }
/** An import; `type`: only types are taken. */
export type Import = Mention & { readonly type: boolean }
type Mentions = { readonly imports: Import[]; readonly globals: Mention[] }

type Node = { readonly type: string; readonly start: number; readonly [key: string]: unknown }

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && typeof (value as Node).type === 'string'

const nameOf = (value: unknown): string | undefined => {
  if (!isNode(value)) return undefined
  if (value.type === 'Identifier') return value.name as string
  return value.type === 'Literal' && typeof value.value === 'string' ? value.value : undefined
}

function* walk(node: Node): Generator<Node> {
  yield node
  for (const child of Object.values(node).flat()) if (isNode(child)) yield* walk(child)
}

const firstArgument = (node: Node): unknown => (node.arguments as unknown[])[0]

/** `new URL('./worker.ts', import.meta.url)` loads a module as an import does; other relative files are data. */
function moduleOfUrl(node: Node): unknown {
  const target = nameOf(node.callee) === 'URL' ? firstArgument(node) : undefined
  return /^\.{1,2}\/.*\.[cm]?[jt]s$/.test(nameOf(target) ?? '') ? target : undefined
}

/** The literal that names a module, for every form of import (also of types); undefined for any other node. */
function importedBy(node: Node): unknown {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportAllDeclaration':
    case 'ExportNamedDeclaration':
    case 'ImportExpression':
    case 'TSImportType':
      return node.source
    case 'CallExpression':
      return nameOf(node.callee) === 'require' ? firstArgument(node) : undefined
    case 'NewExpression':
      return moduleOfUrl(node)
    default:
      return undefined
  }
}

/** `process.env`, `globalThis.process.env`, `process['env']` -> "process.env". */
function member(node: Node): string | undefined {
  const property = nameOf(node.property)
  const object =
    isNode(node.object) && node.object.type === 'MemberExpression' ? nameOf(node.object.property) : nameOf(node.object)
  return object === undefined || property === undefined ? undefined : `${object}.${property}`
}

/** Which name of `globals` a node uses; taking `env` or `now` out of the object counts as well. */
function globalsOf(node: Node): string[] {
  if (node.type === 'MemberExpression') return [member(node) ?? '']
  if (node.type === 'NewExpression' && nameOf(node.callee) === 'Date') return ['new Date']
  if (node.type === 'VariableDeclarator' && isNode(node.id) && node.id.type === 'ObjectPattern') {
    const keys = (node.id.properties as Node[]).map((property) => nameOf(property.key))
    return keys.map((key) => `${nameOf(node.init)}.${key}`)
  }
  if (node.type === 'ImportDeclaration' && /^(node:)?process$/.test(nameOf(node.source) ?? '')) {
    return (node.specifiers as Node[]).map((specifier) => `process.${nameOf(specifier.imported)}`)
  }
  return []
}

/** `import type ...`, or an import of nothing but types. */
const onlyTypes = (node: Node): boolean =>
  node.type === 'TSImportType' || node.importKind === 'type' || node.exportKind === 'type'

/** What a file imports. */
export const importsOf = (source: Source): readonly Import[] => mentionsOf(source).imports

function mentionsOf({ path: file, text }: Source): Mentions {
  const found: Mentions = { imports: [], globals: [] }
  const lineAt = (offset: number): number => text.slice(0, offset).split('\n').length
  const known = new Set<string>(globals.map(({ name }) => name))
  for (const node of walk(parseAst(text, { lang: file.endsWith('x') ? 'tsx' : 'ts' }, file) as unknown as Node)) {
    const imported = nameOf(importedBy(node))
    if (imported !== undefined) found.imports.push({ what: imported, line: lineAt(node.start), type: onlyTypes(node) })
    for (const name of globalsOf(node))
      if (known.has(name)) found.globals.push({ what: name, line: lineAt(node.start) })
  }
  return found
}

/** True when `file` is one of the places, or in one of the folders, that `places` lists. */
const within = (file: string, places: readonly string[]): boolean =>
  places.some((place) => (place.endsWith('/') ? file.startsWith(place) : file === place))

/** The path below server/ that an import means ("../x" when it leaves server/); undefined for a package. */
function targetOf(from: string, specifier: string): string | undefined {
  if (specifier.startsWith('#server/')) return path.posix.normalize(specifier.slice('#server/'.length))
  return specifier.startsWith('.') ? path.posix.join(path.posix.dirname(from), specifier) : undefined
}

const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')

function mayImport(file: string, layer: Layer, specifier: string): boolean {
  const test = forTests.are.test(file)
  const target = targetOf(file, specifier)
  if (target !== undefined) {
    if (!test && forTests.are.test(target)) return false
    if (target.startsWith('../')) return test && target.startsWith('../tests/')
    return within(target, [layer.of, ...layer.may, ...(test ? forTests.may : [])])
  }
  // Node brings an SQLite of its own. Two of them in one process drop each other's locks on the catalog, and that damages it.
  if (specifier === 'node:sqlite') return false
  if (specifier.startsWith('node:')) return layer.node || test
  if (builtinModules.includes(specifier)) return false
  return [...layer.packages, ...(test ? forTests.packages : [])].includes(packageOf(specifier))
}

function describe(layer: Layer): string {
  const others = [...layer.may, ...(layer.node ? ['node:*'] : []), ...layer.packages]
  return `${layer.of} may import itself${others.map((other) => `, ${other}`).join('')}`
}

/** Files right in server/ (app.ts, main.ts) put everything together, so they have no row; every folder needs one. */
function checkImports(file: string, imports: readonly Mention[]): string[] {
  const layer = layers.find(({ of }) => within(file, [of]))
  if (layer === undefined) {
    return file.includes('/')
      ? [`server/${file}: its folder has no row in tests/architecture/rules.ts; add one first`]
      : []
  }
  return imports
    .filter(({ what }) => !mayImport(file, layer, what))
    .map(({ what, line }) => {
      return `server/${file}:${line} imports ${what}. ${describe(layer)}, because ${layer.why}. Instead: ${layer.instead}.`
    })
}

function checkGlobals(file: string, mentions: readonly Mention[]): string[] {
  if (forTests.are.test(file)) return []
  return mentions.flatMap(({ what, line }) =>
    globals
      .filter(({ name, homes }) => name === what && !within(file, homes))
      .map(({ homes, why, instead }) => {
        return `server/${file}:${line} uses ${what}, which only ${homes.join(' and ')} may, because ${why}. Instead: ${instead}.`
      }),
  )
}

function checkLength({ path: file, text }: Source): string[] {
  const lines = text.replace(/\n$/, '').split('\n').length
  return lines > maxLines
    ? [`server/${file} has ${lines} lines, more than ${maxLines}. Instead: give each thing it does a file.`]
    : []
}

/** Every way in which one file breaks the rules, as sentences; empty when it keeps them. */
export function check(source: Source): string[] {
  const { imports, globals: used } = mentionsOf(source)
  return [...checkImports(source.path, imports), ...checkGlobals(source.path, used), ...checkLength(source)]
}

/** Every TypeScript file below `root`, with paths relative to it, sorted. */
export function sourcesIn(root: string): Source[] {
  const names = fs.readdirSync(root, { recursive: true, encoding: 'utf8' })
  const files = names.filter((name) => /\.[cm]?tsx?$/.test(name)).sort()
  return files.map((name) => ({ path: name, text: fs.readFileSync(path.join(root, name), 'utf8') }))
}
