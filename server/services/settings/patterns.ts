// The patterns of schedules, as the engine reads them: one that makes no sense would fail every backup, at night.
import type { ConfigDocument } from '../../contract/config/document.ts'
import { type Problem, problem } from '../../contract/config/problems.ts'
import { hasCode, messageOf } from '../../contract/errors.ts'
import { compilePatterns } from '../../engine/select/matcher.ts'

/** One problem for each pattern that the engine refuses. */
export const patternProblems = ({ schedules = {} }: ConfigDocument): Problem[] =>
  Object.entries(schedules).flatMap(([name, { exclude_patterns = [] }]) =>
    exclude_patterns.flatMap((pattern, i) => {
      const why = whyNot(pattern)
      return why === undefined ? [] : [problem('value', ['schedules', name, 'exclude_patterns', i], why)]
    }),
  )

function whyNot(pattern: string): string | undefined {
  try {
    compilePatterns([pattern])
    return undefined
  } catch (error) {
    if (hasCode(error, 'usage')) return messageOf(error)
    throw error
  }
}
