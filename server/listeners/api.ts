// The API listener: the procedures for programs, with a key, and nothing else.
import type { Gate } from './gate.ts'
import { notFound, type Rpc } from './rpc.ts'
import type { Handler } from './server.ts'

/** Where the procedures are on the API listener. */
export const apiTrpcPath = '/api/trpc'

export function createApiHandler(gate: Gate, rpc: Rpc): Handler {
  return async (request, response) => {
    const caller = await gate.admit(request, response)
    if (caller === undefined) return
    const path = (request.url ?? '').split('?', 1)[0] ?? ''
    if (!path.startsWith(`${apiTrpcPath}/`)) return notFound(response)
    await rpc(request, response, path.slice(apiTrpcPath.length + 1), caller)
  }
}
