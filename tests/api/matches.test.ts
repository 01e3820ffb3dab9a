// The preview of a schedule over the wire: counted live, for administrators alone, and over when nobody listens.
import fs from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import type { HoldfastClient } from '../../client/index.ts'
import { openApiLab } from './lab.ts'

type Input = Parameters<HoldfastClient['schedules']['matches']['subscribe']>[0]

/** The last state; an error as its code. */
const lastOf = (client: HoldfastClient, input: Input) =>
  new Promise<unknown>((resolve) => {
    let last: unknown
    client.schedules.matches.subscribe(input, {
      onData: (state) => {
        last = state
      },
      onError: (error) => resolve(error.data?.code),
      onComplete: () => resolve(last),
    })
  })

test('an administrator sees what a schedule would take, an operator does not', async () => {
  await using lab = await openApiLab()
  const source = fs.mkdtempSync(path.join(path.dirname(lab.folder), 'holdfast-matches-'))
  try {
    for (const name of ['a.txt', 'b.log']) fs.writeFileSync(path.join(source, name), name)
    const input = { includePaths: [source], excludePatterns: ['*.log'] }
    const admin = lab.client(await lab.key('administrator'))
    expect(await lastOf(admin, input)).toMatchObject({
      files: 1,
      directories: 1,
      bytes: 5,
      excluded: 1,
      matchedPaths: [{ path: path.join(source, 'a.txt') }],
      done: true,
    })
    // The lab's own folder stands for that of the server.
    expect(await lastOf(admin, { includePaths: [lab.folder] })).toBe('refused')
    expect(await lastOf(admin, { includePaths: ['relative'] })).toBe('usage')
    const operator = lab.client(await lab.key('operator'))
    expect(await lastOf(operator, input)).toBe('forbidden')
    fs.mkdirSync(path.join(source, 'below'))
    const { folders } = await admin.schedules.folders.query({ path: source })
    expect(folders).toEqual([{ name: 'below', path: path.join(source, 'below') }])
    await expect(operator.schedules.folders.query({})).rejects.toMatchObject({ data: { code: 'forbidden' } })
  } finally {
    fs.rmSync(source, { recursive: true })
  }
})
