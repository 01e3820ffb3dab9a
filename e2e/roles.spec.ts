// Each role finds what it may do, is offered nothing else, and is refused by the API what the pages do not offer.
import fs from 'node:fs'
import path from 'node:path'
import { type Role, roles } from '../server/contract/permissions.ts'
import { administrator, type Console, expect, test } from './console.ts'

/** What stands in the navigation of each role. */
const offered: Readonly<Record<Role, readonly string[]>> = {
  administrator: [
    'Overview',
    'Schedules',
    'Runs',
    'Repositories',
    'Snapshots',
    'Restores',
    'Audit',
    'Users',
    'API keys',
    'Settings',
  ],
  operator: ['Overview', 'Schedules', 'Runs', 'Repositories', 'Snapshots', 'Restores'],
  auditor: [
    'Overview',
    'Schedules',
    'Runs',
    'Repositories',
    'Snapshots',
    'Restores',
    'Audit',
    'Users',
    'API keys',
    'Settings',
  ],
  requester: ['Overview', 'Restores'],
}

const personOf = (hold: Console, role: Role) => (role === 'administrator' ? administrator : hold.person(role))

async function backedUp(hold: Console): Promise<void> {
  const file = path.join(hold.source, 'paper.txt')
  if (fs.existsSync(file)) return
  fs.writeFileSync(file, 'text\n')
  const { id } = await hold.call<{ id: string }>('schedules.create', {
    name: 'papers',
    settings: { type: 'incremental', cron_expression: '0 3 * * *', include_paths: [hold.source] },
    reason: 'for the test',
  })
  await hold.call('schedules.runNow', { id })
}

for (const role of roles) {
  test(`the ${role} is offered what the table of permissions says`, async ({ page, hold }) => {
    await backedUp(hold)
    await hold.signIn(page, await personOf(hold, role))
    const navigation = page.getByRole('navigation', { name: 'Console' })
    await expect(navigation.getByRole('link')).toHaveText([...offered[role]])
    for (const name of offered[role]) {
      await navigation.getByRole('link', { name, exact: true }).click()
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
      await expect(page.getByText('This could not be loaded')).toHaveCount(0)
    }
  })
}

test('an operator may run and not change', async ({ page, hold }) => {
  await backedUp(hold)
  await hold.signIn(page, await personOf(hold, 'operator'))
  await page.goto(hold.url('/schedules'))
  await expect(page.getByRole('button', { name: /run.*now/i }).first()).toBeVisible()
  await expect(page.getByRole('link', { name: /new schedule|protect/i })).toHaveCount(0)
  await expect(page.getByRole('button', { name: /pause/i })).toHaveCount(0)
})

test('an auditor sees and changes nothing', async ({ page, hold }) => {
  await backedUp(hold)
  await hold.signIn(page, await personOf(hold, 'auditor'))
  for (const place of ['/schedules', '/runs', '/repositories', '/snapshots', '/users', '/api-keys', '/settings']) {
    await page.goto(hold.url(place))
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    const acts = page.getByRole('main').getByRole('button', {
      name: /^(run|back up|pause|resume|remove|archive|create|add|disable|revoke|save|verify|restore|download)\b/i,
    })
    await expect(acts, place).toHaveCount(0)
  }
})

test('what a page does not offer is refused by the API and stands in the audit trail', async ({ page, hold }) => {
  await hold.signIn(page, await personOf(hold, 'auditor'))
  const status = await page.evaluate(async () => {
    const answer = await fetch('/backups/api/trpc/runs.start', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-holdfast-console': '1' },
      body: JSON.stringify({ kind: 'verify', repositoryId: 'x' }),
    })
    return answer.status
  })
  expect(status).toBe(403)
  await page.goto(hold.url('/audit'))
  await expect(page.getByRole('table').getByText('Runs: start').first()).toBeVisible()
  await expect(page.getByRole('table').getByText('runs.start').first()).toBeVisible()
})
