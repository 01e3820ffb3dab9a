// The console's pages: Next, made ready from what was built, answering on our own listener.

import fs from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createRequire } from 'node:module'
import path from 'node:path'
import { HoldfastError } from '../contract/errors.ts'
import { type Assets, createAssets } from './assets.ts'

/** Renders pages. The request was admitted and its viewer is in the page slot. */
export type PageRenderer = {
  /** Names what was built: pages of one name fit together. */
  readonly build: string
  /** Code, styles and fonts of what was built; null while Next makes them as they are asked for. */
  readonly assets: Assets | null
  render(request: IncomingMessage, response: ServerResponse): Promise<void>
  close(): Promise<void>
}

type NextServer = {
  prepare(): Promise<void>
  getRequestHandler(): (request: IncomingMessage, response: ServerResponse) => Promise<void>
  close(): Promise<void>
}

// A CommonJS package whose types change those of Node for the whole project; all that is used of it is above.
const require = createRequire(import.meta.url)

/**
 * @param root the project's folder, with what `next build` made in .next
 * @param dev compiles pages as they are asked for, for those who work on them
 * @throws `usage` when the pages were not built
 */
export async function createNextRenderer(root: string, dev: boolean): Promise<PageRenderer> {
  const mark = path.join(root, '.next/BUILD_ID')
  if (!dev && !fs.existsSync(mark)) {
    throw new HoldfastError(
      'usage',
      'The pages of the console are not built: run "node scripts/setup.mjs" once, as npm start does',
    )
  }
  const next = require('next') as (options: object) => NextServer
  const app = next({ dev, dir: root, customServer: true, quiet: !dev })
  await app.prepare()
  const handle = app.getRequestHandler()
  return {
    build: dev ? 'dev' : fs.readFileSync(mark, 'utf8').trim(),
    assets: dev ? null : createAssets(path.join(root, '.next/static')),
    render: (request, response) => handle(request, response),
    close: () => app.close(),
  }
}
