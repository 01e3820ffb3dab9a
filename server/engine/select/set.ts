// Bracket expressions of patterns: [abc], [a-z], [!a], [^a], [[:alpha:]].

import type { Reader } from './reader.ts'

/** POSIX classes; as in git they hold ASCII characters only, and only those are asked about here. */
const classes: Readonly<Record<string, RegExp>> = {
  alnum: /[A-Za-z0-9]/,
  alpha: /[A-Za-z]/,
  blank: /[ \t]/,
  cntrl: /[^ -~]/,
  digit: /[0-9]/,
  graph: /[!-~]/,
  lower: /[a-z]/,
  print: /[ -~]/,
  punct: /[!-/:-@[-`{-~]/,
  space: /[ \t-\r]/,
  upper: /[A-Z]/,
  xdigit: /[A-Fa-f0-9]/,
}

/** A set of characters by code point (see codeAt); an invalid byte is in negated sets only. */
export class CharSet {
  readonly #negated: boolean
  readonly #ranges: (readonly [from: number, to: number])[] = []
  readonly #ascii = new Uint8Array(128)

  constructor(negated: boolean) {
    this.#negated = negated
  }

  add(from: number, to: number): void {
    this.#ranges.push([from, to])
    for (let code = from; code <= to && code < 128; code++) this.#ascii[code] = 1
  }

  addClass(members: RegExp): void {
    for (let code = 0; code < 128; code++) if (members.test(String.fromCharCode(code))) this.#ascii[code] = 1
  }

  has(code: number): boolean {
    const listed = code < 128 ? this.#ascii[code] === 1 : this.#ranges.some(([from, to]) => code >= from && code <= to)
    return listed !== this.#negated
  }
}

/** Reads a set whose "[" has just been read. A "]" that comes first stands for itself. */
export function readSet(reader: Reader, ignoreCase: boolean): CharSet {
  const start = reader.position - 1
  const set = new CharSet(reader.skip('!') || reader.skip('^'))
  for (let first = true; first || !reader.skip(']'); first = false) {
    if (reader.done) throw reader.error('has a "[" without its "]"', start)
    if (reader.skip('[:')) addClass(reader, set, ignoreCase)
    else addRange(reader, set)
  }
  return set
}

function addClass(reader: Reader, set: CharSet, ignoreCase: boolean): void {
  const start = reader.position - 2
  const name = reader.until(':]')
  const members = name !== undefined && Object.hasOwn(classes, name) ? classes[name] : undefined
  if (members === undefined) {
    const known = Object.keys(classes).join(', ')
    throw reader.error(`has an unknown character class (there are ${known}, each as in [[:alpha:]])`, start)
  }
  set.addClass(members)
  // A name is compared in lower case then, so that it has no upper case letter left.
  if (ignoreCase && name === 'upper') set.addClass(/[a-z]/)
}

function addRange(reader: Reader, set: CharSet): void {
  const start = reader.position
  const from = reader.escaped()
  const to = reader.at('-') && !reader.at('-]') ? rangeEnd(reader, start) : from
  if (to < from) throw reader.error('has a range that ends before it begins', start)
  set.add(from, to)
}

function rangeEnd(reader: Reader, start: number): number {
  reader.skip('-')
  if (reader.done) throw reader.error('has a "[" without its "]"', start)
  return reader.escaped()
}
