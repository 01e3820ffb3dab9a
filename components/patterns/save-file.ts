// Hands something over to the browser as a file to keep.

/** Without an end it would be kept as long as the page lives (ms). */
const TAKEN = 60_000

/**
 * @param name what the file is called, unless the viewer says otherwise
 * @param taken how long the browser may take to take it over (ms); shorter for what must not stay in memory
 */
export function saveFile(blob: Blob, name: string, taken = TAKEN): void {
  const url = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), taken)
}
