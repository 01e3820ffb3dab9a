// What the rendering of a page knows of its request. Next compiles pages apart from the server: this slot of the process is the only bridge.
import type { Permission } from './permissions.ts'

/** Who the pages are shown to. */
export type Viewer = {
  readonly id: string | null
  readonly name: string
  readonly role: string | null
  readonly permissions: readonly Permission[]
}

export type PageCall = {
  readonly viewer: Viewer
  /** The version of the server that made the page. */
  readonly version: string
  /** Which build of the pages the server has. */
  readonly build: string
  /** The last event of before the page was made: its stream of events goes on from there, and tells what came meanwhile. */
  readonly since: string
  /** Calls a query of the API as the viewer. @throws like the API, a TRPCError */
  call(path: string, input: unknown): Promise<unknown>
}

/** Header of the console's API: which build of the pages the server has. An open page of another one is out of date. */
export const buildHeader = 'x-holdfast-build'

/** Gives the call that is being rendered; undefined outside of one. */
export type PageSlot = { getStore(): PageCall | undefined }

/** The place in `globalThis`: modules are not shared with the pages, the global object is. */
export const pageSlot: unique symbol = Symbol.for('holdfast.page') as never
