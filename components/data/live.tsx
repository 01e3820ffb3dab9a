'use client'
// Live events: progress is laid over what is known of a run, everything else makes what it touches be fetched again. No polling.
import { type Query, type QueryClient, useQueryClient } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { createContext, type ReactNode, useContext, useEffect, useRef, useState } from 'react'
import type { LiveEvent } from '#server/contract/events.ts'
import { applyRestore, applyRun } from './progress.ts'
import { failureOf, noteNews, useTRPC, useTRPCClient } from './provider.tsx'
import { noteSession, onSession, sessionIsOver } from './session.ts'
import { createTouches, isFixed, isTouched } from './touched.ts'
import { useViewer } from './viewer.tsx'

/** `doubtful`: the stream broke a moment ago. `away`: the server does not answer, and what is shown may be old. `crowded`: it answers, but tells no more of this person's tabs what happens. */
export type Connection = 'connecting' | 'live' | 'doubtful' | 'away' | 'crowded'
const ConnectionContext = createContext<Connection>('connecting')
export const useConnection = (): Connection => useContext(ConnectionContext)

/** Events come in bursts; one round of fetching follows each (ms). */
const GATHER = 400
/** Wait before asking anew after the stream was refused or broke (ms): twice as long each time, up to a limit. */
const AGAIN = 2000
const AGAIN_MAX = 30_000
/** So long is a tab told of news that nobody looks at (ms): a browser has few connections to one server, and each stream takes one of them. */
const UNSEEN = 5000
/** So long may a connection take before the page says that the server is away (ms). */
const PATIENCE = 1500

/** What came and is right for ever is not asked for again, whatever was missed. */
const mayChange = ({ queryKey: [path], observers, state }: Query): boolean =>
  state.status !== 'success' ||
  !(isFixed(path) || observers.some(({ options }) => options.staleTime === Number.POSITIVE_INFINITY))

/** Whether the next page of a list is on its way: to fetch the list again would throw it away, and begin with the first page. */
const isGrowing = ({ state }: Query): boolean =>
  state.fetchStatus === 'fetching' && state.fetchMeta?.fetchMore !== undefined

function useGathered(queries: QueryClient) {
  const waiting = useRef(new Set<string>())
  const growing = useRef(new Set<string>())
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])
  const round = (): void => {
    timer.current = undefined
    const now = new Set(waiting.current)
    const before = growing.current
    const later = new Set<string>()
    waiting.current.clear()
    growing.current = later
    const due = (query: Query): boolean => {
      if (!isTouched(query.queryKey[0], now) && !before.has(query.queryHash)) return false
      if (!isGrowing(query)) return true
      later.add(query.queryHash)
      return false
    }
    void queries.invalidateQueries({ predicate: due })
    if (later.size > 0) timer.current = setTimeout(round, GATHER)
  }
  return (what: readonly string[] | 'all'): void => {
    if (what === 'all') {
      void queries.invalidateQueries({ predicate: mayChange })
      return
    }
    if (what.length === 0) return
    for (const each of what) waiting.current.add(each)
    timer.current ??= setTimeout(round, GATHER)
  }
}

/** `since`: the last event of before the page was made. */
export function LiveProvider({ since, children }: { since: string; children: ReactNode }) {
  const trpc = useTRPC()
  const client = useTRPCClient()
  const queries = useQueryClient()
  const refresh = useGathered(queries)
  const [touches] = useState(createTouches)
  const viewer = useViewer()
  const shownTo = useRef(viewer)
  shownTo.current = viewer
  const router = useRouter()
  const [connection, setConnection] = useState<Connection>('connecting')
  useEffect(() => noteNews(connection === 'live'), [connection])
  const handle = useRef<(event: LiveEvent) => void>(() => undefined)
  handle.current = (event) => {
    if (event.kind === 'resync') return refresh('all')
    if (event.kind === 'run') {
      applyRun(queries, trpc.runs.live.queryKey({ id: event.id }), event)
      applyRestore(queries, trpc.restores.get.queryKey(), event)
    }
    refresh(touches(event))
  }

  // biome-ignore lint/correctness/useExhaustiveDependencies: one stream for as long as the page lives
  useEffect(() => {
    let ended = false
    let wasAway = false
    let refused = 0
    /** The last stream was one too many: it opened, and said so. */
    let crowded = false
    /** For somebody to sign in. */
    let waiting = false
    /** Nobody sees the tab, so it has no stream. */
    let unseen = false
    /** The last event that was heard. The server says whether there were others since, unless it is told of none. */
    let heard: string | undefined = since
    let stop: () => void = () => undefined
    let hiding: ReturnType<typeof setTimeout> | undefined
    let again: ReturnType<typeof setTimeout> | undefined
    let patience: ReturnType<typeof setTimeout> | undefined
    const away = (): void => {
      wasAway = true
      setConnection('away')
    }
    const listen = (): void => {
      // Whoever asks for it, there is one stream.
      clearTimeout(again)
      stop()
      const from = heard === undefined ? undefined : { lastEventId: heard }
      const { unsubscribe } = client.events.live.subscribe(from, {
        onData(event) {
          if ('id' in event && 'data' in event) heard = event.id
          // Not when it opens: a refusal may be the first that it says.
          refused = 0
          if (crowded) setConnection('live')
          crowded = false
          handle.current(('data' in event ? event.data : event) as LiveEvent)
        },
        onStarted() {
          clearTimeout(patience)
          if (crowded) return
          setConnection('live')
          // What happened meanwhile was told to nobody.
          if (wasAway) {
            refresh('all')
            void isSignedIn()
          }
          wasAway = false
        },
        onConnectionStateChange({ state, error }) {
          if (state !== 'connecting') return
          // Without an error it only begins: as it does whenever somebody comes back to a tab.
          if (error) setConnection((now) => (now === 'live' ? 'doubtful' : now))
          clearTimeout(patience)
          patience = setTimeout(away, PATIENCE)
        },
        onError(error) {
          clearTimeout(patience)
          crowded = failureOf(error)?.code === 'rate_limited'
          if (crowded) {
            setConnection('crowded')
            // Then the next stream begins with an event, and is known by it to be none too many.
            heard = undefined
          } else away()
          if (!ended) void askWhy()
        },
      })
      stop = unsubscribe
    }
    /** A stream tells no reason. A session that is over is not tried again before somebody has signed in. */
    const askWhy = async (): Promise<void> => {
      waiting = !(await isSignedIn())
      if (ended || waiting || unseen) return
      again = setTimeout(listen, Math.min(AGAIN * 2 ** refused, AGAIN_MAX))
      refused += 1
    }
    /** @returns false only when the server said so; also sees to it that what is offered fits who is signed in now */
    const isSignedIn = async (): Promise<boolean> => {
      try {
        const now = await client.profile.whoAmI.query()
        noteSession(false)
        const { name, permissions } = shownTo.current
        if (now.name !== name || now.permissions.join() !== permissions.join()) router.refresh()
        return true
      } catch (error) {
        const over = failureOf(error)?.code === 'unauthenticated'
        noteSession(over || sessionIsOver())
        return !over
      }
    }
    // Whichever answer says it first, of a query, an action or the question below: the stream goes on with it.
    const stopNoting = onSession(() => {
      if (!waiting || sessionIsOver()) return
      waiting = false
      if (!unseen) listen()
    })
    const onFocus = (): void => {
      if (sessionIsOver()) void isSignedIn()
    }
    window.addEventListener('focus', onFocus)
    const pause = (): void => {
      unseen = true
      clearTimeout(again)
      clearTimeout(patience)
      stop()
    }
    const onVisibility = (): void => {
      clearTimeout(hiding)
      if (document.hidden) hiding = setTimeout(pause, UNSEEN)
      else if (unseen) {
        unseen = false
        // When something happened meanwhile, the first event is a resync: all that is shown is asked for again.
        if (!waiting) listen()
      }
    }
    document.addEventListener('visibilitychange', onVisibility)
    listen()
    return () => {
      ended = true
      stopNoting()
      window.removeEventListener('focus', onFocus)
      document.removeEventListener('visibilitychange', onVisibility)
      clearTimeout(hiding)
      clearTimeout(again)
      clearTimeout(patience)
      stop()
    }
  }, [client])

  return <ConnectionContext.Provider value={connection}>{children}</ConnectionContext.Provider>
}
