// How many days a history shows. It stands in the address as `days`; the page fetches the same ahead. Pure.

export const periods = ['7', '30', '90'] as const
export const periodDefaults = { days: '30' }

/** @param text what the address says; anything else is the default */
export const daysOf = (text: string | readonly string[] | undefined): number =>
  Number(periods.find((each) => each === text) ?? periodDefaults.days)
