// Which procedures a request names, before tRPC looks at it.
import type { IncomingMessage } from 'node:http'
import { isProcedure } from '../api/root.ts'

/** A batch names its procedures with commas between. */
const separator = /,|%2C/i

function partsOf(request: IncomingMessage, trpcPath: string): { named: string[]; query: string } {
  const [path = '', query = ''] = (request.url ?? '').split('?', 2)
  const names = path.startsWith(`${trpcPath}/`) ? path.slice(trpcPath.length + 1) : ''
  return { named: names.split(separator), query }
}

/** How many calls a request makes; 1 for what is no call. */
export function callsIn(request: IncomingMessage, trpcPath: string): number {
  const { named, query } = partsOf(request, trpcPath)
  return new URLSearchParams(query).get('batch') === '1' ? named.length : 1
}

/** The procedures that a request names, as far as they exist: for the audit trail, which takes no stranger's text. */
export const proceduresIn = (request: IncomingMessage, trpcPath: string): string[] =>
  partsOf(request, trpcPath).named.filter(isProcedure)
