// Asks for passwords on the terminal, without echo.
import { writeSync } from 'node:fs'
import { HoldfastError } from '../contract/errors.ts'
import { isTerminal } from './output.ts'

const ENTER = new Set([0x0a, 0x0d])
const ERASE = new Set([0x08, 0x7f])
const INTERRUPT = 0x03
const END = 0x04
const KILL = 0x15
const isTail = (byte: number): boolean => (byte & 0xc0) === 0x80

/** One line in the making, as bytes: erase, kill, interrupt and end as a terminal knows them. */
export class LineEditor {
  readonly #bytes: number[] = []

  get line(): Buffer {
    return Buffer.from(this.#bytes)
  }

  /** @returns what the byte ended the line with; undefined when it goes on */
  feed(byte: number): 'enter' | 'interrupt' | 'end' | undefined {
    if (ENTER.has(byte)) return 'enter'
    if (byte === INTERRUPT) return 'interrupt'
    if (byte === END) return this.#bytes.length > 0 ? 'enter' : 'end'
    if (byte === KILL) this.#bytes.length = 0
    else if (ERASE.has(byte)) this.#erase()
    else if (byte >= 0x20) this.#bytes.push(byte)
    return undefined
  }

  /** Takes back one character of UTF-8. */
  #erase(): void {
    let byte = this.#bytes.pop()
    while (byte !== undefined && isTail(byte)) byte = this.#bytes.pop()
  }
}

/** Whether there is somebody to ask. */
export const canAsk = (): Promise<boolean> => isTerminal(0)

/** What was typed ahead of the next question. */
let ahead: Buffer = Buffer.alloc(0)

/** Shows the question on stderr and reads a line from the terminal on stdin, unseen. @throws `interrupted`, `usage` at the end of input */
export async function ask(question: string): Promise<Buffer> {
  const { stdin } = process
  stdin.setRawMode(true)
  writeSync(2, `${question}: `)
  try {
    return await readLine()
  } finally {
    stdin.setRawMode(false)
    stdin.pause()
    writeSync(2, '\n')
  }
}

async function readLine(): Promise<Buffer> {
  const editor = new LineEditor()
  for (;;) {
    for (const [i, byte] of ahead.entries()) {
      const ended = editor.feed(byte)
      if (ended === undefined) continue
      ahead = ahead.subarray(i + 1)
      if (ended === 'enter') return editor.line
      if (ended === 'interrupt') throw new HoldfastError('interrupted', 'Interrupted')
      throw new HoldfastError('usage', 'No password was given')
    }
    ahead = await nextInput()
  }
}

function nextInput(): Promise<Buffer> {
  const { stdin } = process
  return new Promise((resolve, reject) => {
    const onData = (data: Buffer): void => settle(() => resolve(data))
    const onEnd = (): void =>
      settle(() => reject(new HoldfastError('usage', 'The terminal was closed before a password was given')))
    const settle = (then: () => void): void => {
      stdin.off('data', onData).off('end', onEnd).off('error', onEnd)
      stdin.pause()
      then()
    }
    stdin.on('data', onData).on('end', onEnd).on('error', onEnd)
    stdin.resume()
  })
}

/** Asks twice. @throws `usage` when the answers differ */
export async function askTwice(question: string): Promise<Buffer> {
  const first = await ask(question)
  const second = await ask(`${question} again`)
  if (first.equals(second)) return first
  throw new HoldfastError('usage', 'The two passwords differ; nothing was done')
}
