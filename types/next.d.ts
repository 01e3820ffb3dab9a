// What next-auth's types take from Next. The server does not run on it, and Next's own types change those of Node for the whole project.
import type { IncomingMessage, ServerResponse } from 'node:http'

export type NextApiRequest = IncomingMessage
export type NextApiResponse = ServerResponse
export type NextRequest = Request
export type NextResponse = Response
export type NextMiddleware = (request: Request) => Response | Promise<Response>
export type NextFetchEvent = unknown
export type GetServerSidePropsContext = { readonly req: IncomingMessage; readonly res: ServerResponse }
