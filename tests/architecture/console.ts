// Who may import whom among the console's pages (app/, components/): the one table, and the check that reads every file by it.
import path from 'node:path'
import { type Import, importsOf, maxLines, type Source } from './imports.ts'

type Row = {
  /** Which files this row is about: a folder, from the project's root. */
  readonly of: string
  /** Folders that they may import besides their own. */
  readonly may: readonly string[]
  readonly why: string
}

/** Pure code and data of the server, the same in a browser. */
const contract = 'server/contract/'

/** The first row that matches a file is the file's row. */
export const rows: readonly Row[] = [
  { of: 'components/ui/', may: [], why: 'primitives know nothing of Holdfast' },
  {
    of: 'components/data/',
    may: [contract],
    why: 'the way to the API serves every page alike',
  },
  {
    of: 'components/patterns/',
    may: ['components/ui/', 'components/data/', 'components/charts/', contract],
    why: 'a pattern is for all nouns; what knows one belongs to its feature',
  },
  {
    of: 'components/charts/',
    may: ['components/ui/', 'components/data/', 'components/patterns/', contract],
    why: 'charts are wrapped once, for all features',
  },
  {
    of: 'components/features/',
    may: ['components/ui/', 'components/data/', 'components/patterns/', 'components/charts/', contract],
    why: 'a feature stands alone: what two share belongs to patterns',
  },
  {
    of: 'app/',
    may: ['components/', contract],
    why: 'pages fetch ahead and compose; they decide nothing',
  },
]

/** Of these only types may be taken: their code is the server's. */
const typesOnly = ['server/api/']

const within = (file: string, places: readonly string[]): boolean => places.some((place) => file.startsWith(place))

/** Where an import leads, from the project's root; undefined for a package. */
function targetOf(file: string, what: string): string | undefined {
  if (what.startsWith('#')) return what.slice(1)
  return what.startsWith('.') ? path.posix.join(path.posix.dirname(file), what) : undefined
}

/** A feature's own folder: `components/features/runs/`. */
const homeOf = (file: string, { of }: Row): string =>
  of === 'components/features/' ? file.split('/').slice(0, 3).join('/').concat('/') : of

/** Tests may hold a page's own copy of a rule against the server's. */
const isTest = (file: string): boolean => /\.test\.tsx?$/.test(file)

function allowed(file: string, row: Row, { what, type }: Import): boolean {
  const target = targetOf(file, what)
  if (isTest(file)) return target === undefined || within(target, [homeOf(file, row), ...row.may, 'server/'])
  if (target === undefined) return !what.startsWith('node:')
  return within(target, [homeOf(file, row), ...row.may]) || (type && within(target, typesOnly))
}

/** Every way in which one file of the console breaks the rules; empty when it keeps them. `path` is from the project's root. */
export function checkConsole(source: Source): string[] {
  const row = rows.find(({ of }) => source.path.startsWith(of))
  if (row === undefined)
    return [`${source.path}: its folder has no row in tests/architecture/console.ts; add one first`]
  const broken = importsOf(source)
    .filter((each) => !allowed(source.path, row, each))
    .map(({ what, line }) => {
      const may = [...row.may, 'types of server/api/'].join(', ')
      return `${source.path}:${line} imports ${what}. ${row.of} may import itself and ${may}, because ${row.why}.`
    })
  const lines = source.text.replace(/\n$/, '').split('\n').length
  return lines > maxLines ? [...broken, `${source.path} has ${lines} lines, more than ${maxLines}`] : broken
}
