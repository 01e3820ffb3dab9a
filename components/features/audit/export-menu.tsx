'use client'
// The trail to take away, as the filters show it: streamed into a file, with a count, and stoppable. Half a file is never handed over.
import { Download } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { type Inputs, useTRPCClient } from '../../data/provider.tsx'
import { IfMay } from '../../data/viewer.tsx'
import { bytes, count, counted } from '../../patterns/format.ts'
import { Notice, sayError } from '../../patterns/query.tsx'
import { Button } from '../../ui/button.tsx'
import { Dialog, DialogActions, Menu, MenuItem } from '../../ui/overlays.tsx'
import { ProgressBar } from '../../ui/surfaces.tsx'
import { openSink, recordCounter, type Sink } from './save-stream.ts'

type Filter = Omit<Inputs['audit']['export'], 'format'>
type Format = Inputs['audit']['export']['format']
type State =
  | { readonly at: 'idle' }
  | { readonly at: 'running' | 'done'; readonly events: number; readonly size: number }
  | { readonly at: 'failed'; readonly why: string }

const types: Readonly<Record<Format, string>> = { csv: 'text/csv;charset=utf-8', jsonl: 'application/x-ndjson' }

export function ExportMenu({ filter, filtered }: { filter: Filter; filtered: boolean }) {
  const [state, start, stop] = useExport(filter)
  return (
    <IfMay need="audit.export">
      <Menu
        label="Export the trail"
        trigger={<Button icon={<Download aria-hidden className="size-4" />}>Export</Button>}
      >
        <p className="max-w-60 px-2 py-1 text-sm text-muted">
          {filtered ? 'The events that the filters show' : 'All events'}, oldest first, with their hashes. That you took
          them is an event, too.
        </p>
        <MenuItem onSelect={() => void start('csv')}>CSV, for spreadsheets</MenuItem>
        <MenuItem onSelect={() => void start('jsonl')}>JSON lines, for programs</MenuItem>
      </Menu>
      <Dialog
        open={state.at !== 'idle'}
        onOpenChange={(open) => !open && stop()}
        title={state.at === 'running' ? 'Exporting the audit trail' : 'Export of the audit trail'}
      >
        <Progress state={state} stop={stop} />
      </Dialog>
    </IfMay>
  )
}

function Progress({ state, stop }: { state: State; stop(): void }) {
  if (state.at === 'idle') return null
  if (state.at === 'failed') {
    return (
      <>
        <Notice tone="failed" title="The export broke off">
          {state.why} No file was kept: half of a trail looks like a whole one.
        </Notice>
        <DialogActions>
          <Button onClick={stop}>Close</Button>
        </DialogActions>
      </>
    )
  }
  const running = state.at === 'running'
  return (
    <>
      {running && <ProgressBar label="Exporting" value={undefined} />}
      <p role="status" className="mt-2">
        {running ? `${count(state.events)} events so far` : `${counted(state.events, 'event')} exported`} (
        {bytes(state.size)})
      </p>
      <DialogActions>
        <Button onClick={stop}>{running ? 'Cancel, and keep no file' : 'Close'}</Button>
      </DialogActions>
    </>
  )
}

/** How often the count is shown (ms): pieces come faster than anybody reads. */
const SHOW = 200

function useExport(filter: Filter): readonly [State, (format: Format) => Promise<void>, () => void] {
  const client = useTRPCClient()
  const [state, setState] = useState<State>({ at: 'idle' })
  const cancel = useRef<() => void>(() => undefined)
  useEffect(() => () => cancel.current(), [])

  const start = async (format: Format): Promise<void> => {
    const name = `holdfast-audit-${new Date().toISOString().slice(0, 10)}.${format}`
    let sink: Sink | null
    try {
      sink = await openSink(name, types[format])
    } catch (error) {
      setState({ at: 'failed', why: `The browser could not open a file: ${String(error)}.` })
      return
    }
    if (sink === null) return
    setState({ at: 'running', events: 0, size: 0 })
    const transfer = new Transfer(sink, format, setState)
    const { unsubscribe } = client.audit.export.subscribe(
      { ...filter, format },
      {
        onData: (piece) => transfer.take(piece),
        onComplete: () => transfer.end(),
        onError: (error) => transfer.fail(sayError(error)),
        onConnectionStateChange: ({ state: connection }) => {
          // A stream that begins anew would write everything twice.
          if (connection === 'connecting' && transfer.begun) transfer.fail('The connection to the server broke.')
        },
      },
    )
    transfer.onOver = unsubscribe
    cancel.current = () => transfer.cancel()
  }
  const stop = (): void => {
    cancel.current()
    setState({ at: 'idle' })
  }
  return [state, start, stop]
}

/** Pieces on their way into a file, in order; it ends once, well or not. */
class Transfer {
  begun = false
  onOver: () => void = () => undefined
  readonly #sink: Sink
  readonly #show: (state: State) => void
  readonly #records: (piece: string) => number
  #writing: Promise<void> = Promise.resolve()
  #over = false
  #events = 0
  #size = 0
  #shown = 0

  constructor(sink: Sink, format: Format, show: (state: State) => void) {
    this.#sink = sink
    this.#show = show
    this.#records = recordCounter(format)
  }

  take(piece: string): void {
    if (this.#over) return
    this.begun = true
    this.#events = this.#records(piece)
    this.#size += piece.length
    this.#writing = this.#writing.then(() => (this.#over ? undefined : this.#sink.write(piece)))
    this.#writing.catch((error: unknown) => this.fail(`The file could not be written: ${String(error)}.`))
    if (Date.now() - this.#shown < SHOW) return
    this.#shown = Date.now()
    this.#show({ at: 'running', events: this.#events, size: this.#size })
  }

  end(): void {
    if (this.#over) return
    this.#writing
      .then(() => {
        if (this.#over) return undefined
        this.#over = true
        return this.#sink.close().then(() => this.#show({ at: 'done', events: this.#events, size: this.#size }))
      })
      .catch((error: unknown) => {
        this.#over = false
        this.fail(`The file could not be written: ${String(error)}.`)
      })
  }

  fail(why: string): void {
    if (!this.cancel()) return
    this.#show({ at: 'failed', why })
  }

  /** @returns whether there was anything to stop */
  cancel(): boolean {
    if (this.#over) return false
    this.#over = true
    this.onOver()
    // What could not be written can hardly be taken back either; the message says that there is no file.
    this.#writing
      .catch(() => undefined)
      .then(() => this.#sink.abort())
      .catch(() => undefined)
    return true
  }
}
