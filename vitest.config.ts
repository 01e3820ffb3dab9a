// Tests sit beside the code (x.test.ts), and in tests/ when they need more than one part of it.
import { defineConfig } from 'vitest/config'

const MINUTE = 60_000

export default defineConfig({
  test: {
    environment: 'node',
    include: ['{components,server,tests,scripts,bench,demo}/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: '100%',
    testTimeout: MINUTE,
    hookTimeout: MINUTE,
    execArgv: ['--disable-warning=ExperimentalWarning'],
    reporters: ['default', './scripts/closing-line.ts'],
  },
})
