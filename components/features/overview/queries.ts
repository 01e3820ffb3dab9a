// What the overview asks for: the page fetches the same ahead. Pure.

/** Runs at work, or waiting for their turn. */
export const atWork = { states: ['running', 'queued'] satisfies ('running' | 'queued')[], limit: 10 }

/** Schedules whose next slots are looked at. */
export const SHOWN = { limit: 200 }

/** The repositories that are shown. */
export const STORAGE = { limit: 6 }

/** Own restores on the landing page of somebody who may see no others. */
export const OWN = { limit: 10 }

const NEXT = 6

type Upcoming = { readonly id: string; readonly name: string; readonly at: string }

/** The next slots of all schedules, the nearest first. */
export const upcomingOf = (
  schedules: readonly {
    readonly id: string
    readonly name: string
    readonly nextSlots: readonly string[]
  }[],
): readonly Upcoming[] =>
  schedules
    .flatMap(({ id, name, nextSlots }) => nextSlots.map((at) => ({ id, name, at })))
    .sort((a, b) => Date.parse(a.at) - Date.parse(b.at))
    .slice(0, NEXT)
