// Conditions of alerts and events, such as "consecutive_failures > 2": the grammar alone. What a name stands for is known elsewhere.

export type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>='
export type Arithmetic = '+' | '-' | '*' | '/'

export type Expression =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'truth'; readonly value: boolean }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'not'; readonly of: Expression }
  | { readonly kind: 'negative'; readonly of: Expression }
  | { readonly kind: 'compare'; readonly operator: Comparison; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'compute'; readonly operator: Arithmetic; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'both' | 'either'; readonly left: Expression; readonly right: Expression }

export type ConditionResult =
  | { readonly ok: true; readonly expression: Expression }
  | { readonly ok: false; readonly why: string }

const MAX_LENGTH = 1000
/** Deeper ones are nobody's, and the parser calls itself. */
const MAX_DEPTH = 50

type Token = { readonly kind: 'number' | 'text' | 'name' | 'sign' | 'end'; readonly text: string; readonly at: number }

class Malformed extends Error {}

/** Reads a condition: names, numbers, quoted texts, == != < <= > >=, + - * /, && || !, brackets. */
export function parseCondition(text: string): ConditionResult {
  if (text.length > MAX_LENGTH) return { ok: false, why: `it is longer than ${MAX_LENGTH} characters` }
  try {
    const expression = new Parser(tokensOf(text)).whole()
    const kinds: readonly Expression['kind'][] = ['compare', 'both', 'either', 'not', 'name', 'truth']
    if (kinds.includes(expression.kind)) return { ok: true, expression }
    return { ok: false, why: 'it is a value, which is neither true nor false: compare it with something' }
  } catch (error) {
    if (error instanceof Malformed) return { ok: false, why: error.message }
    throw error
  }
}

const pattern =
  /(?<space>\s+)|(?<number>\d+(?:\.\d+)?)|(?<name>[A-Za-z_][A-Za-z0-9_]*)|(?<text>'[^'\\]*'|"[^"\\]*")|(?<sign>==|!=|<=|>=|&&|\|\||[<>+\-*/!()])/y

function tokensOf(text: string): Token[] {
  const tokens: Token[] = []
  for (let at = 0; at < text.length; ) {
    pattern.lastIndex = at
    const groups = pattern.exec(text)?.groups
    const [kind, found] = Object.entries(groups ?? {}).find(([, value]) => value !== undefined) ?? []
    if (kind === undefined || found === undefined) throw new Malformed(unexpected(text.slice(at, at + 1), at))
    if (kind !== 'space') tokens.push({ kind: kind as Token['kind'], text: found, at })
    at += found.length
  }
  return [...tokens, { kind: 'end', text: '', at: text.length }]
}

const hints: Readonly<Record<string, string>> = {
  '=': ' (a comparison is written ==)',
  '&': ' ("and" is written &&)',
  '|': ' ("or" is written ||)',
}

const unexpected = (text: string, at: number): string =>
  text === ''
    ? 'it ends too early'
    : `${JSON.stringify(text)} at character ${at + 1} is not expected${hints[text] ?? ''}`

class Parser {
  readonly #tokens: readonly Token[]
  #at = 0
  #depth = 0

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens
  }

  whole(): Expression {
    const expression = this.#either()
    if (this.#next.kind !== 'end') throw this.#unexpected()
    return expression
  }

  get #next(): Token {
    return this.#tokens[this.#at] ?? { kind: 'end', text: '', at: 0 }
  }

  #unexpected(): Malformed {
    return new Malformed(unexpected(this.#next.text, this.#next.at))
  }

  #take<S extends string>(...signs: readonly S[]): S | undefined {
    const { kind, text } = this.#next
    const found = kind === 'sign' ? signs.find((sign) => sign === text) : undefined
    if (found !== undefined) this.#at++
    return found
  }

  #either(): Expression {
    let left = this.#both()
    while (this.#take('||')) left = { kind: 'either', left, right: this.#both() }
    return left
  }

  #both(): Expression {
    let left = this.#comparison()
    while (this.#take('&&')) left = { kind: 'both', left, right: this.#comparison() }
    return left
  }

  /** Not in a row: "a < b < c" is nobody's intention. */
  #comparison(): Expression {
    const left = this.#sum()
    const operator = this.#take('==', '!=', '<=', '>=', '<', '>')
    return operator === undefined ? left : { kind: 'compare', operator, left, right: this.#sum() }
  }

  #sum(): Expression {
    let left = this.#product()
    for (let sign = this.#take('+', '-'); sign; sign = this.#take('+', '-')) {
      left = { kind: 'compute', operator: sign, left, right: this.#product() }
    }
    return left
  }

  #product(): Expression {
    let left = this.#factor()
    for (let sign = this.#take('*', '/'); sign; sign = this.#take('*', '/')) {
      left = { kind: 'compute', operator: sign, left, right: this.#factor() }
    }
    return left
  }

  #factor(): Expression {
    this.#depth++
    if (this.#depth > MAX_DEPTH) throw new Malformed(`it is nested deeper than ${MAX_DEPTH}`)
    const expression = this.#unary()
    this.#depth--
    return expression
  }

  #unary(): Expression {
    if (this.#take('!')) return { kind: 'not', of: this.#factor() }
    if (this.#take('-')) return { kind: 'negative', of: this.#factor() }
    if (this.#take('(')) {
      const expression = this.#either()
      if (!this.#take(')')) throw this.#unexpected()
      return expression
    }
    return this.#value()
  }

  #value(): Expression {
    const { kind, text } = this.#next
    this.#at++
    if (kind === 'number') return { kind: 'number', value: Number(text) }
    if (kind === 'text') return { kind: 'text', value: text.slice(1, -1) }
    if (kind === 'name') {
      return text === 'true' || text === 'false'
        ? { kind: 'truth', value: text === 'true' }
        : { kind: 'name', name: text }
    }
    this.#at--
    throw this.#unexpected()
  }
}

/** The names that a condition mentions, each once. */
export function namesIn(expression: Expression): string[] {
  const found = new Set<string>()
  const visit = (node: Expression): void => {
    if (node.kind === 'name') found.add(node.name)
    else if ('of' in node) visit(node.of)
    else if ('left' in node) {
      visit(node.left)
      visit(node.right)
    }
  }
  visit(expression)
  return [...found]
}
