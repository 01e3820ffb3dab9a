// Tests in a real browser against the real server. Debian's Chromium; no browser is downloaded. `npm test` runs all but the longest one, `npm run test:e2e` that too.
import { defineConfig } from '@playwright/test'

const MINUTE = 60_000
/** It visits every page in every look. */
const long = ['**/axe.spec.ts']

export default defineConfig({
  testDir: 'e2e',
  projects: [
    { name: 'quick', testIgnore: long },
    { name: 'long', testMatch: long },
  ],
  outputDir: 'e2e/results/tmp',
  timeout: 3 * MINUTE,
  expect: { timeout: 20_000 },
  // Each file has a server of its own; two cores carry two of them.
  workers: 2,
  forbidOnly: process.env.CI === 'true',
  // A browser on a machine that does other things as well: what passes only the second time is told as flaky.
  retries: process.env.CI === 'true' ? 1 : 0,
  reporter: [['list']],
  use: {
    // What is not there after a minute will not come.
    actionTimeout: MINUTE,
    launchOptions: { executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] },
    viewport: { width: 1280, height: 800 },
    trace: 'retain-on-failure',
    // The console's own times stand in the zone of the browser.
    timezoneId: 'Europe/Berlin',
    locale: 'en-GB',
  },
})
