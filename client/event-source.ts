// EventSource over any fetch, with headers: what Node has not, and what browsers' own cannot.
import type { Fetch } from './https.ts'

/** An event as listeners get it. */
export type StreamEvent = { readonly type: string; readonly data: string; readonly lastEventId: string }
type Listener = (event: StreamEvent) => void

/** Wait before connecting anew, ms: first and longest. */
const FIRST_WAIT = 1000
const LONGEST_WAIT = 30_000

/** Answers after which it is worth trying again. */
const passing = new Set([408, 429, 500, 502, 503, 504])

/**
 * A class like the browser's EventSource. It connects anew, with the last id, when the connection ends or cannot be had;
 * a refusal closes it for good.
 */
export function eventSourceOver(fetch: Fetch, headersOf: () => Record<string, string>) {
  return class EventSource {
    static readonly CONNECTING = 0
    static readonly OPEN = 1
    static readonly CLOSED = 2
    readonly CONNECTING = 0
    readonly OPEN = 1
    readonly CLOSED = 2
    readyState = 0
    readonly #url: string
    readonly #listeners = new Map<string, Set<Listener>>()
    readonly #closed = new AbortController()
    #lastEventId = ''
    #wait = FIRST_WAIT

    constructor(url: string) {
      this.#url = url
      void this.#run()
    }

    addEventListener(type: string, listener: Listener): void {
      const listeners = this.#listeners.get(type) ?? new Set()
      this.#listeners.set(type, listeners.add(listener))
    }

    removeEventListener(type: string, listener: Listener): void {
      this.#listeners.get(type)?.delete(listener)
    }

    close(): void {
      this.readyState = this.CLOSED
      this.#closed.abort()
    }

    async #run(): Promise<void> {
      while (this.readyState !== this.CLOSED) {
        const problem = await this.#connect()
        if (this.#closed.signal.aborted) return
        this.readyState = problem.final ? this.CLOSED : this.CONNECTING
        this.#dispatch({ type: 'error', data: problem.message, lastEventId: this.#lastEventId })
        if (problem.final) return
        await this.#pause()
      }
    }

    /** One connection from its beginning to its end, and why it ended. */
    async #connect(): Promise<{ final: boolean; message: string }> {
      const resume: Record<string, string> = this.#lastEventId === '' ? {} : { 'Last-Event-ID': this.#lastEventId }
      try {
        const answer = await fetch(this.#url, {
          headers: { ...headersOf(), Accept: 'text/event-stream', ...resume },
          signal: this.#closed.signal,
        })
        const isStream = answer.headers.get('content-type')?.startsWith('text/event-stream') ?? false
        if (!answer.ok || !isStream || answer.body === null) {
          return {
            final: !passing.has(answer.status),
            message: `${answer.status}: ${(await answer.text()).slice(0, 500)}`,
          }
        }
        this.readyState = this.OPEN
        this.#wait = FIRST_WAIT
        await this.#read(answer.body)
        return { final: false, message: 'the stream ended' }
      } catch (error) {
        return { final: false, message: error instanceof Error ? error.message : String(error) }
      }
    }

    async #read(body: ReadableStream<Uint8Array>): Promise<void> {
      const decoder = new TextDecoder()
      let rest = ''
      for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
        const blocks = (rest + decoder.decode(chunk, { stream: true })).split(/\n\n+/)
        rest = blocks.pop() ?? ''
        for (const block of blocks) this.#block(block)
      }
    }

    /** The lines between two empty ones. */
    #block(block: string): void {
      let type = 'message'
      const data: string[] = []
      for (const line of block.split('\n')) {
        const [, field = '', value = ''] = /^([^:]*):? ?(.*)$/.exec(line) ?? []
        if (field === 'event') type = value
        if (field === 'data') data.push(value)
        if (field === 'id') this.#lastEventId = value
      }
      if (data.length > 0) this.#dispatch({ type, data: data.join('\n'), lastEventId: this.#lastEventId })
    }

    #dispatch(event: StreamEvent): void {
      for (const listener of this.#listeners.get(event.type) ?? []) listener(event)
    }

    async #pause(): Promise<void> {
      const { promise, resolve } = Promise.withResolvers<void>()
      const timer = setTimeout(resolve, this.#wait)
      this.#closed.signal.addEventListener('abort', () => resolve(), { once: true })
      this.#wait = Math.min(LONGEST_WAIT, this.#wait * 2)
      await promise
      clearTimeout(timer)
    }
  }
}
