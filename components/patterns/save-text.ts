// A text as a file, made in the browser: what is shown once goes to the disk of its owner, and over no wire again.
import { saveFile } from './save-file.ts'

/** The download has begun by then, and the text must not stay in memory (ms). */
const BEGUN = 1000

/** Lets the browser save a text. */
export const saveText = (fileName: string, text: string): void =>
  saveFile(new Blob([text], { type: 'text/plain;charset=utf-8' }), fileName, BEGUN)
