// A text as a file, made in the browser: what is shown once goes to the disk of its owner, and over no wire again.

/** Lets the browser save a text. */
export function saveText(fileName: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/plain;charset=utf-8' }))
  const link = document.createElement('a')
  link.href = url
  link.download = fileName
  link.click()
  // The download has begun by the next turn; the text must not stay in memory.
  setTimeout(() => URL.revokeObjectURL(url), 1000)
}
