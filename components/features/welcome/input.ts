// What the first steps ask for: the same on the server, which fetches ahead, and in the browser.

export const firstSchedules = { limit: 50 }
export const firstRepositories = { limit: 50 }
