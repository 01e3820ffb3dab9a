// fetch for servers whose certificate no public authority signed, and for servers that want a client's: Node's own fetch takes neither.
import https from 'node:https'
import { Readable } from 'node:stream'

export type ClientTls = {
  /** The certificate (PEM) that the server's must be, or be signed with. */
  readonly ca?: string | Buffer | undefined
  /** The client's own certificate and key (PEM), where the server requires one. */
  readonly cert?: string | Buffer | undefined
  readonly key?: string | Buffer | undefined
}

/** What the client needs of a fetch. */
export type Fetch = (
  url: string,
  init: {
    method?: string | undefined
    headers?: Record<string, string> | undefined
    body?: string | undefined
    signal?: AbortSignal | undefined
  },
) => Promise<Response>

/** Answers with these have no body. */
const empty = new Set([204, 205, 304])

/** A fetch over TLS with these certificates; answers are streamed. */
export function fetchWith(tls: ClientTls): Fetch {
  const agent = new https.Agent({ keepAlive: true, ...tls })
  return (url, { method = 'GET', headers = {}, body, signal }) =>
    new Promise((resolve, reject) => {
      const request = https.request(url, { agent, method, headers, signal }, (answer) => {
        const { statusCode: status = 500, headers: given } = answer
        const entries = Object.entries(given).flatMap(([name, value]): [string, string][] =>
          [value ?? []].flat().map((one) => [name, one]),
        )
        if (empty.has(status)) answer.resume()
        const stream = empty.has(status) ? null : (Readable.toWeb(answer) as ReadableStream<Uint8Array>)
        resolve(new Response(stream, { status, headers: entries }))
      })
      request.once('error', reject)
      request.end(body)
    })
}
