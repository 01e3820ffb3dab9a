// Checks a whole document: values, names, secrets, and what belongs together. All that is wrong is told at once.
import { type ConfigDocument, documentSchema, maxDocumentDepth } from './document.ts'
import { isObject, textsIn } from './paths.ts'
import { isError, type Problem, problem, problemsOf } from './problems.ts'
import { type Known, referenceProblems } from './references.ts'
import { holdsSecret, isVariableKey } from './secrets.ts'

export type Checked = {
  /** The document with its keys in the guide's order; undefined when there are errors. */
  readonly document: ConfigDocument | undefined
  /** Errors first, then warnings. */
  readonly problems: readonly Problem[]
}

/** What only others know of a document whose values are right. */
export type FurtherCheck = (document: ConfigDocument) => readonly Problem[]

/** What is known beside the document. */
export type Beside = Known & { readonly further?: readonly FurtherCheck[] }

/** Nobody reads more at once. */
export const MAX_PROBLEMS = 500

/** Checks any value that should be a configuration document. It throws nothing. */
export function checkDocument(value: unknown, { further = [], ...known }: Beside = {}): Checked {
  if (isDeeper(value, maxDocumentDepth)) {
    return { document: undefined, problems: [problem('value', [], `is nested deeper than ${maxDocumentDepth}`)] }
  }
  const result = documentSchema.safeParse(value)
  const problems = result.success ? [] : problemsOf(result.error.issues, value, MAX_PROBLEMS)
  problems.push(...secretsIn(value, problems), ...referenceProblems(value, known))
  if (result.success) problems.push(...further.flatMap((check) => check(result.data)))
  problems.splice(MAX_PROBLEMS)
  problems.sort((a, b) => Number(isError(b)) - Number(isError(a)))
  return { document: result.success && !problems.some(isError) ? result.data : undefined, problems }
}

/** Secrets in texts that are right otherwise. */
function secretsIn(value: unknown, known: readonly Problem[]): Problem[] {
  const told = new Set(known.map(({ path }) => path))
  return [...textsIn(value)]
    .filter(({ text, path }) => holdsSecret(text) && !isVariableKey(String(path.at(-1))))
    .map(({ path }) => problem('secret', path, 'holds what looks like a secret: put it into an environment variable'))
    .filter(({ path }) => !told.has(path))
}

/** Without recursion, for it may be very deep. */
function isDeeper(value: unknown, limit: number): boolean {
  let level: unknown[] = [value]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > limit) return true
    level = level.flatMap((each) => (Array.isArray(each) ? each : isObject(each) ? Object.values(each) : []))
  }
  return false
}
