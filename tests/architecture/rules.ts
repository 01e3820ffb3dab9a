// Who may import whom under server/: the one table. imports.ts checks it, docs and reviews point to it.

/** A folder of server/, or a file in it; paths are relative to server/, folders end in a slash. */
export type Layer = {
  /** Which files this row is about. */
  readonly of: string
  /** What they may import besides their own row, contract/ and lib/: folders or single files. */
  readonly may: readonly string[]
  /** Packages from npm that they may import. */
  readonly packages: readonly string[]
  /** False for code that runs in a browser as well. */
  readonly node: boolean
  /** Why the row is as narrow as it is. */
  readonly why: string
  /** Where code that breaks it should go. */
  readonly instead: string
}

/** What every row may import. */
const ground = ['contract/', 'lib/']

/** The bottom first. The first row that matches a file is the file's row. */
export const layers: readonly Layer[] = [
  {
    of: 'contract/',
    may: [],
    packages: ['zod'],
    node: false,
    why: 'it is shared with the browser, so it is pure data and types',
    instead: 'move what needs Node or a service to the folder that uses it, and keep only its type or schema here',
  },
  {
    of: 'lib/',
    may: ['contract/'],
    packages: ['koffi'],
    node: true,
    why: 'it knows no noun of backup, so that every folder can use it',
    instead: 'move the code to the folder whose noun it knows',
  },
  {
    of: 'config/',
    may: ground,
    packages: ['zod', 'jsonc-parser'],
    node: true,
    why: 'configuration is read before anything else exists',
    instead: 'hand the value over from app.ts or the command that read it',
  },
  {
    of: 'db/',
    may: ground,
    packages: [
      '@prisma/client',
      '@prisma/adapter-better-sqlite3',
      '@prisma/adapter-pg',
      'better-sqlite3',
      'pg',
      '#generated',
    ],
    node: true,
    why: 'it stores rows and decides nothing',
    instead: 'move the decision to services/<noun>/',
  },
  {
    of: 'storage/',
    may: ground,
    packages: ['koffi'],
    node: true,
    why: 'a storage keeps objects under keys and knows neither repositories nor the catalogue',
    instead: 'move what knows packs and snapshots to engine/, what knows rows to services/',
  },
  {
    of: 'notify/',
    may: ground,
    packages: [],
    node: true,
    why: 'a channel delivers a message and does not know what it is about',
    instead: 'move the wording and the recipients to services/alerts/',
  },
  {
    of: 'runtime/',
    may: ground,
    packages: ['node-cron'],
    node: true,
    why: 'it runs jobs of any kind and knows none',
    instead: 'move what knows a kind of job to jobs/',
  },
  {
    of: 'engine/',
    may: [...ground, 'storage/types.ts'],
    packages: ['koffi'],
    node: true,
    why: 'the engine is a library that works on any storage, with no console, database or configuration file around it',
    instead:
      'take a Storage, a clock or the value as a parameter; opening a storage belongs to cli/, jobs/ or services/',
  },
  {
    of: 'auth/',
    may: [...ground, 'db/'],
    packages: ['next-auth', 'otpauth'],
    node: true,
    why: 'who may do what is decided without asking the services',
    instead: 'pass what it needs to know in the Actor',
  },
  {
    of: 'services/',
    may: [
      ...ground,
      'db/',
      'auth/',
      'engine/',
      'storage/registry.ts',
      'storage/open.ts',
      'storage/types.ts',
      'notify/types.ts',
      'runtime/types.ts',
      'runtime/slots.ts',
      'runtime/zone.ts',
      'config/',
    ],
    // The types of rows come from there.
    packages: ['zod', '#generated'],
    node: true,
    why: 'services are called by jobs, API and commands, and call none of them',
    instead: 'move the caller up to api/ or jobs/, or give it an event to listen to',
  },
  {
    of: 'jobs/',
    may: [
      ...ground,
      'services/',
      'engine/',
      'runtime/types.ts',
      'notify/types.ts',
      'storage/open.ts',
      'storage/registry.ts',
      'storage/types.ts',
    ],
    packages: ['zod'],
    node: true,
    why: 'a job is run by any host, with no API beside it',
    instead: 'move what both need to services/<noun>/',
  },
  {
    of: 'api/',
    may: [...ground, 'services/', 'auth/'],
    packages: ['@trpc/server', 'zod'],
    node: true,
    why: 'a router checks the permission and the input, and makes one service call',
    instead: 'move the work to services/<noun>/',
  },
  {
    of: 'listeners/',
    may: [...ground, 'api/', 'auth/', 'services/'],
    packages: ['@trpc/server', 'selfsigned', 'next', 'zod'],
    node: true,
    why: 'a listener knows sockets, TLS and limits, and hands requests on to the API and to sign-in',
    instead: 'move what knows a procedure to api/, what knows a user to auth/',
  },
  {
    of: 'cli/',
    may: [
      ...ground,
      'engine/',
      'storage/open.ts',
      'storage/registry.ts',
      'storage/types.ts',
      'config/',
      'db/',
      'services/',
      'auth/actor.ts',
    ],
    packages: [],
    node: true,
    why: 'a command works with no server: it opens a storage or the catalog by its address and calls the engine or a service',
    instead: 'register a new storage in storage/registry.ts; move the work itself to engine/',
  },
]

/** Tests beside the code may also reach these, whatever their row says. */
export const forTests = {
  may: ['storage/'],
  packages: ['vitest', 'fast-check'],
  /** Which files are tests, or help only tests. */
  are: /(\.test\.ts$|(^|\/)testing(\/|\.ts$))/,
}

/** Globals with one home each; `homes` are relative to server/, and tests are exempt. */
export const globals = [
  {
    name: 'process.env',
    homes: ['config/', 'cli/env.ts'],
    why: 'settings are read in one place, where they can be documented and checked',
    instead: 'read it in cli/env.ts (or config/) and pass the value on',
  },
  {
    name: 'Date.now',
    homes: ['lib/clock.ts'],
    why: 'the clock is injected, so that a test can set it',
    instead: 'take a Clock as a parameter and ask clock.now()',
  },
  {
    name: 'new Date',
    homes: ['lib/clock.ts'],
    why: 'times are milliseconds or nanoseconds inside, and text only at the edge',
    instead: 'use isoTime() or parseTime() of lib/clock.ts',
  },
] as const

/** A longer file does more than one thing. */
export const maxLines = 400
