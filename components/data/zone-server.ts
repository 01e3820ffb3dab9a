// The viewer's time zone, for pages while they are rendered on the server.
import 'server-only'
import { cookies } from 'next/headers'
import { isTimeZone } from '#server/contract/config/fields.ts'
import { zoneCookie } from './zone-cookie.ts'

/** As the browser told it on the visit before; UTC on the first. */
export async function viewersZone(): Promise<string> {
  const told = (await cookies()).get(zoneCookie)?.value
  return told !== undefined && isTimeZone(told) ? told : 'UTC'
}
