// Puts class names together.

/** @returns the truthy ones with a space between */
export const classNames = (...names: readonly (string | false | null | undefined)[]): string =>
  names.filter(Boolean).join(' ')
