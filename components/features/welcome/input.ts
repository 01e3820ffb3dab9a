// What the first steps ask for: the same on the server, which fetches ahead, and in the browser.

/** Of a server that was just set up these are all schedules, */
export const firstSchedules = { limit: 50 }
/** and these all repositories. */
export const firstRepositories = { limit: 50 }

/** Whether there was a good backup before the one that was asked for at that time. */
export const goodBefore = (to: string) => ({
  kind: 'backup' as const,
  states: ['succeeded', 'warning'] satisfies ('succeeded' | 'warning')[],
  to,
  limit: 1,
})
