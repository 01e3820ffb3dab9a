// Tests in a real browser against the real server: `npm run test:e2e`. Debian's Chromium; no browser is downloaded.
import { defineConfig } from '@playwright/test'

const MINUTE = 60_000

export default defineConfig({
  testDir: 'e2e',
  outputDir: 'e2e/results/tmp',
  timeout: 3 * MINUTE,
  expect: { timeout: 20_000 },
  // Each file has a server of its own; two cores carry two of them.
  workers: 2,
  forbidOnly: process.env.CI === 'true',
  reporter: [['list']],
  use: {
    launchOptions: { executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] },
    viewport: { width: 1280, height: 800 },
    trace: 'retain-on-failure',
    // The console's own times stand in the zone of the browser.
    timezoneId: 'Europe/Berlin',
    locale: 'en-GB',
  },
})
