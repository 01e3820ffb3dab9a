// The typed client as other programs use it: the example of docs/api.md is run as it is.
import { execFile } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { type ApiLab, openApiLab } from './lab.ts'

const folder = path.resolve(import.meta.dirname, '../../client')

/** Runs the example in a process of its own. */
async function example(lab: ApiLab, apiKey: string, ...args: string[]): Promise<{ stdout: string; code: number }> {
  const ca = path.join(lab.folder, 'tls', 'server.crt')
  const env = { ...process.env, HOLDFAST_URL: lab.apiUrl, HOLDFAST_API_KEY: apiKey, HOLDFAST_CA: ca }
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [path.join(folder, 'example.ts'), ...args], { env })
    return { stdout, code: 0 }
  } catch (error) {
    const { stdout, code, stderr } = error as { stdout: string; code: number; stderr: string }
    expect(stderr).toBe('')
    return { stdout, code }
  }
}

/** A schedule as the configuration would make it. */
const addSchedule = (lab: ApiLab) =>
  lab.catalog.transaction(async (tx) => {
    const repository = await tx.repository.create({
      data: { name: 'main', type: 'local', location: '/none', secretSource: '{"kind":"key_file","path":"/none"}' },
    })
    await tx.schedule.create({
      data: {
        name: 'nightly',
        type: 'full',
        cron: '0 2 * * *',
        timezone: 'UTC',
        includePaths: '["/none"]',
        repositoryId: repository.id,
      },
    })
  })

test('the example tells how it stands, runs a schedule, and follows the run to its end', async () => {
  await using lab = await openApiLab()
  await addSchedule(lab)
  const running = example(lab, await lab.key('operator'), 'nightly')
  const queued = () => lab.catalog.db.run.findFirst({ select: { id: true } })
  await expect.poll(queued, { timeout: 30_000 }).not.toBeNull()
  const { id = '' } = (await queued()) ?? {}
  // No queue works here: what it would do to the run is done by hand, until the example has seen it.
  await lab.catalog.transaction((tx) => tx.run.update({ where: { id }, data: { state: 'succeeded' } }))
  const telling = setInterval(() => lab.bus.publish({ kind: 'run', id, state: 'succeeded' }), 100)
  const { stdout, code } = await running
  clearInterval(telling)
  expect(code).toBe(0)
  expect(stdout).toContain('verdict: unknown')
  expect(stdout).toContain(`run ${id} is queued\n`)
  expect(stdout).toContain(`run ${id} has succeeded\n`)
})

test('the example says why the server refused', async () => {
  await using lab = await openApiLab()
  const { stdout, code } = await example(lab, await lab.key('auditor', ['metrics.read']))
  expect(code).toBe(1)
  expect(stdout).toMatch(/^forbidden: .*overview\.read/)
})

test('the client takes only types from the server', () => {
  for (const file of fs.readdirSync(folder).filter((name) => name.endsWith('.ts'))) {
    const text = fs.readFileSync(path.join(folder, file), 'utf8')
    const imports = [...text.matchAll(/^(import|export) (.*)from '([^']+)'/gm)]
    for (const [, , what, from] of imports) if (from?.includes('server')) expect(what).toMatch(/^type /)
  }
})
