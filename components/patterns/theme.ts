// Light, dark, or as the system has it: kept in a cookie, so that the server's first answer has the right colours.

export type Theme = 'light' | 'dark' | 'system'

const YEAR = 365 * 86_400

/** Takes a theme at once and for a year. */
export function chooseTheme(theme: Theme): void {
  // biome-ignore lint/suspicious/noDocumentCookie: the newer way is not in every browser yet
  document.cookie = `holdfast-theme=${theme}; path=/backups; max-age=${theme === 'system' ? 0 : YEAR}; samesite=lax`
  if (theme === 'system') delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = theme
}
