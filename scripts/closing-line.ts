// A Vitest reporter: ends every run with 'N passed, N failed' alone on a line, for whoever (or whatever) reads only the end.
import type { Reporter, SerializedError, TestCase, TestModule } from 'vitest/node'

type Counts = { passed: number; failed: number; skipped: number }

/** A file that could not be loaded, or whose hooks failed, has no failed test of its own and still counts as one failure. */
function countModule(module: TestModule): Counts {
  const counts: Counts = { passed: 0, failed: 0, skipped: 0 }
  const tests: Iterable<TestCase> = module.children.allTests()
  for (const test of tests) {
    const { state } = test.result()
    if (state !== 'pending') counts[state]++
  }
  if (counts.failed === 0 && module.state() === 'failed') counts.failed = 1
  return counts
}

/** The line for these modules; errors outside any test count as failures. */
export function closingLine(modules: readonly TestModule[], errors: readonly SerializedError[]): string {
  const total: Counts = { passed: 0, failed: errors.length, skipped: 0 }
  for (const counts of modules.map(countModule)) {
    total.passed += counts.passed
    total.failed += counts.failed
    total.skipped += counts.skipped
  }
  const skipped = total.skipped === 0 ? '' : `, ${total.skipped} skipped`
  return `${total.passed} passed, ${total.failed} failed${skipped}`
}

export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[]): void {
    process.stdout.write(`\n${closingLine(modules, errors)}\n`)
  }
}
