// How much a client may ask of a listener: one table, with reasons.

import type { Pace } from '../api/context.ts'

export type Limits = {
  /** Bytes of a request's body. The largest honest one is a configuration document of some 100 KiB. */
  readonly bodyBytes: number
  /** The same for strangers, who send a token and a password at most: many at once must not fill the memory. */
  readonly strangerBodyBytes: number
  /** Nested arrays and objects in JSON; honest inputs have fewer than ten. */
  readonly jsonDepth: number
  /** Calls in one batch; each takes a token of the rate. */
  readonly batch: number
  /** Characters of path and query together: inputs of queries are in the query. */
  readonly urlLength: number
  /** Bytes of all header lines together. */
  readonly headerBytes: number
  /** Milliseconds for the header lines, and for the whole request: whoever drips is cut off. */
  readonly headersTimeout: number
  readonly requestTimeout: number
  /** How often Node looks for connections that are too slow, ms. */
  readonly checkInterval: number
  /** Milliseconds for a TLS handshake. */
  readonly handshakeTimeout: number
  /** Milliseconds that an idle connection is kept. */
  readonly keepAlive: number
  /** Connections at once from one address, and in all. */
  readonly connectionsPerAddress: number
  readonly connections: number
  /** Streams of live events: a sign-out ends them within a minute, a reader who does not read is cut off. */
  readonly stream: Pace
  /** Calls a minute, and in one burst, of the console: a person and their pages, and strangers from one address. */
  readonly session: { readonly perMinute: number; readonly burst: number }
  readonly stranger: { readonly perMinute: number; readonly burst: number }
}

export const defaultLimits: Limits = {
  bodyBytes: 1024 * 1024,
  strangerBodyBytes: 16 * 1024,
  jsonDepth: 64,
  batch: 20,
  urlLength: 12 * 1024,
  headerBytes: 16 * 1024,
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  checkInterval: 1000,
  handshakeTimeout: 10_000,
  keepAlive: 30_000,
  connectionsPerAddress: 128,
  connections: 1024,
  stream: { check: 30_000, stall: 30_000 },
  session: { perMinute: 1200, burst: 600 },
  stranger: { perMinute: 120, burst: 120 },
}
