'use client'
// The lines of a run's log: the first page as it was fetched ahead, then all that follows, asked for when the server says that there are more.
import { useQuery } from '@tanstack/react-query'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { type Outputs, useTRPC, useTRPCClient } from '../../data/provider.tsx'
import { logInput } from './inputs.ts'

type Page = Outputs['runs']['log']
export type LogLine = Page['items'][number]

/** Lines are fetched no more often than this (ms). */
const REST = 1500
/** After a failure they are asked for again, twice as late each time, up to a limit (ms). */
const AGAIN = 4000
const AGAIN_MAX = 60_000

/** @param open whether the run may still write */
export function useLog(id: string, open: boolean) {
  const trpc = useTRPC()
  const query = useQuery(trpc.runs.log.queryOptions(logInput(id)))
  const { data: live } = useQuery({ ...trpc.runs.live.queryOptions({ id }), enabled: open })
  // What ends or gives up a run is in its log as well.
  const sign = live && `${live.state} ${live.progress.logLines ?? 0}`
  const { later, failure, retry } = useLater(id, query.data, sign)
  const lines = useMemo(() => {
    const first = query.data?.items ?? []
    const last = first.at(-1)?.id ?? 0
    return [...first, ...later.filter((line) => line.id > last)]
  }, [query.data, later])
  return { query, lines, failure, retry }
}

/** What comes after the first page. `sign` changes when there may be more. */
function useLater(id: string, first: Page | undefined, sign: string | undefined) {
  const client = useTRPCClient()
  const [later, setLater] = useState<readonly LogLine[]>([])
  const [failure, setFailure] = useState<unknown>()
  const [asked, setAsked] = useState(0)
  const cursor = useRef<string>(undefined)
  const busy = useRef(false)
  const again = useRef(false)
  const alive = useRef(true)
  useEffect(() => {
    alive.current = true
    return () => {
      alive.current = false
    }
  }, [])

  const retry = useCallback(() => setAsked((times) => times + 1), [])
  const failed = useRef(0)
  // Nothing else would ask for what a run wrote at its end.
  useEffect(() => {
    if (failure === undefined) return
    const timer = setTimeout(retry, Math.min(AGAIN * 2 ** failed.current, AGAIN_MAX))
    failed.current += 1
    return () => clearTimeout(timer)
  }, [failure, retry])

  // biome-ignore lint/correctness/useExhaustiveDependencies: each sign is a reason to look, and so is being asked to
  useEffect(() => {
    if (first === undefined) return
    cursor.current ??= first.after
    const pull = async (): Promise<void> => {
      let more = true
      while (more && alive.current) {
        const page = await client.runs.log.query({ ...logInput(id), cursor: cursor.current })
        cursor.current = page.after
        if (page.items.length > 0) setLater((known) => [...known, ...page.items])
        more = page.nextCursor !== null
      }
    }
    const look = async (): Promise<void> => {
      again.current = false
      try {
        await pull()
        failed.current = 0
        setFailure(undefined)
      } catch (error) {
        setFailure(error)
      }
      setTimeout(() => {
        busy.current = false
        if (again.current && alive.current) start()
      }, REST)
    }
    const start = (): void => {
      if (busy.current) {
        again.current = true
        return
      }
      busy.current = true
      void look()
    }
    start()
  }, [client, id, first, sign, asked])
  return { later, failure, retry }
}
