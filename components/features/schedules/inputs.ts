// What the pages of schedules ask for: the same on the server, which fetches it ahead, and in the browser.

export const listInput = { limit: 200 }

/** The runs that the strip of a schedule shows. */
export const stripInput = (scheduleId: string) => ({ scheduleId, limit: 40 })
