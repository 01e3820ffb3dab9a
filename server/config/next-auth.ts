// next-auth takes its own address from the environment and from nowhere else: it is put there once, before the first request.

/** @param url the console's address with /backups/api/auth at its end, see `authUrlOf` of server/auth */
export function announceAuthUrl(url: string): void {
  process.env.NEXTAUTH_URL = url
}
