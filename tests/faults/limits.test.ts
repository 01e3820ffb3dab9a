// What the machine refuses: room, the right to write, descriptors. The message says so, nothing that is there suffers, and the next run goes on.
import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, it, onTestFinished, type TestContext, vi } from 'vitest'
import { openLocal } from '#server/storage/local.ts'
import { initRepository, listSnapshots, openRepository, restoreInto, takeBackup, verifyAll } from './support/engine.ts'
import { Mounted, whyNoMounts } from './support/mounts.ts'
import {
  documentOf,
  type Ended,
  filesBelow,
  holdfast,
  holdfastAsNobody,
  holdfastLimited,
  isRoot,
  NOBODY,
  RESTORED,
} from './support/process.ts'
import { describeRestored, describeSource, makeTree, noise, Scratch, write } from './support/tree.ts'

vi.setConfig({ testTimeout: 300_000 })

function newScratch(): Scratch {
  const scratch = new Scratch()
  onTestFinished(() => scratch[Symbol.dispose]())
  return scratch
}

/** Leaves the test where nothing can be mounted, with the reason. */
function needsMounts({ skip }: TestContext): void {
  const why = whyNoMounts()
  if (why !== undefined) skip(why)
}

/** A failure that a person understands: one line, no stack. */
function expectClear(ended: Ended, message: RegExp, status = 1): void {
  expect(ended.status, ended.stderr).toBe(status)
  expect(ended.stderr).toMatch(message)
  expect(ended.stderr).not.toMatch(/\n\s+at /)
}

const MiB = 1 << 20

describe('no room', () => {
  it('in the repository: the backup fails, the repository stays sound, and with room the next run works', async (context) => {
    needsMounts(context)
    const scratch = newScratch()
    const source = scratch.at('source/files')
    makeTree(source)
    using mounted = Mounted.small(scratch.at('small'), 9 * MiB)
    const repository = path.join(mounted.path, 'repository')
    const storage = await openLocal(repository)
    await initRepository(storage)
    const first = (await takeBackup(storage, source)).snapshot
    const firstTree = describeSource(source)
    const atFirst = packBytes(repository)
    for (let i = 0; i < 6; i++) write(source, `more/${i}`, noise(`more ${i}`, 3 * MiB))

    expectClear(await holdfast('backup', '--repo', repository, source), /no space left|full|Free space/)
    expect(documentOf(await holdfast('backup', '--repo', repository, source, '--json'))).toMatchObject({
      error: { code: 'no_space' },
    })
    expect((await verifyAll(storage)).problems).toEqual([])
    using target = new Scratch(scratch.path)
    expect((await restoreInto(storage, first, target.path)).failures).toEqual([])
    expect(describeRestored(target.path, source)).toEqual(firstTree)

    mounted.resize(64 * MiB)
    const survived = packBytes(repository) - atFirst
    const done = documentOf(await holdfast('backup', '--repo', repository, source, '--json'))
    expect(done).toMatchObject({ errors: [] })
    // What the failed runs had stored is not stored again.
    expect(done.bytesStored).toBeLessThan(18 * MiB - survived + 200_000)
    expect(filesBelow(path.join(repository, 'tmp'))).toEqual([])
    expect(await verifyAll(storage)).toMatchObject({ problems: [], unusedPacks: [] })
    const again = scratch.at('again')
    const last = (await listSnapshots(storage)).find(({ id }) => id === done.snapshotId)
    expect(last).toBeDefined()
    if (last) expect((await restoreInto(storage, last, again)).failures).toEqual([])
    expect(describeRestored(again, source)).toEqual(describeSource(source))
  })

  it('in the target: the restore fails with the reason, and with room the same run completes it', async (context) => {
    needsMounts(context)
    const scratch = newScratch()
    const source = scratch.at('source/files')
    makeTree(source)
    for (let i = 0; i < 300; i++) write(source, `small/${i % 7}/${i}`, noise(`small ${i}`, 9_000))
    const repository = scratch.at('repository')
    const storage = await openLocal(repository)
    await initRepository(storage)
    await takeBackup(storage, source)
    for (const size of [1, 2, 4, 5]) {
      using mounted = Mounted.small(scratch.at(`target-${size}`), size * MiB)
      const words = ['restore', '--repo', repository, 'latest', '--target', mounted.path]
      expectClear(await holdfast(...words), /The target is full/)
      expect(filesBelow(mounted.path).filter((file) => file.includes('.holdfast-'))).toEqual([])
      mounted.resize(32 * MiB)
      const again = await holdfast(...words)
      expect(again.status, again.stderr).toBe(0)
      expect(describeRestored(mounted.path, source)).toEqual(describeSource(source))
    }
  })
})

const packBytes = (repository: string): number =>
  filesBelow(repository)
    .filter((file) => file.startsWith('packs/'))
    .reduce((sum, file) => sum + fs.statSync(path.join(repository, file)).size, 0)

describe('a repository that may only be read', () => {
  /** Everything that reads works and leaves no trace; what writes says why it can't. */
  async function expectReadable(
    run: (...words: string[]) => Promise<Ended>,
    repository: string,
    source: string,
    target: string,
  ): Promise<void> {
    const before = describeSource(repository)
    for (const words of [
      ['snapshots'],
      ['verify', '--read-data'],
      ['ls', 'latest'],
      ['restore', 'latest', '--target', target],
    ]) {
      const [command = '', ...rest] = words
      const { status, stderr } = await run(command, '--repo', repository, ...rest)
      expect(status, `${command}: ${stderr}`).toBe(0)
    }
    for (const words of [['backup', source], ['rebuild-index']]) {
      const [command = '', ...rest] = words
      expectClear(await run(command, '--repo', repository, ...rest), /read-only|permission|Give the user/i)
    }
    expect(describeSource(repository)).toEqual(before)
  }

  async function make(scratch: Scratch): Promise<{ repository: string; source: string }> {
    const source = scratch.at('source/files')
    makeTree(source)
    const repository = scratch.at('repository')
    const storage = await openLocal(repository)
    await initRepository(storage)
    await takeBackup(storage, source)
    return { repository, source }
  }

  it('because it is mounted so', async (context) => {
    needsMounts(context)
    const scratch = newScratch()
    const { repository, source } = await make(scratch)
    using mounted = Mounted.readOnly(scratch.at('mounted'), repository)
    const target = scratch.at('target')
    await expectReadable(holdfast, mounted.path, source, target)
    expect(describeRestored(target, source)).toEqual(describeSource(source))
  })

  it('because it is somebody else’s', async () => {
    const scratch = newScratch()
    const { repository, source } = await make(scratch)
    fs.chmodSync(scratch.path, 0o755)
    for (const name of ['', ...fs.readdirSync(repository, { recursive: true, encoding: 'utf8' })]) {
      const file = path.join(repository, name)
      fs.chmodSync(file, fs.statSync(file).isDirectory() ? 0o555 : 0o444)
    }
    const target = scratch.at('target')
    fs.mkdirSync(target, { mode: 0o777 })
    fs.chmodSync(target, 0o777)
    // An ordinary user has no rights over what he made read-only either.
    await expectReadableWithout(repository, source, target)
    for (const name of fs.readdirSync(repository, { recursive: true, encoding: 'utf8' })) {
      const file = path.join(repository, name)
      if (fs.statSync(file).isDirectory()) fs.chmodSync(file, 0o755)
    }
    fs.chmodSync(repository, 0o755)
  })

  /** As above, but owners can't be restored, which is told with status 3. */
  async function expectReadableWithout(repository: string, source: string, target: string): Promise<void> {
    const run = isRoot ? holdfastAsNobody : holdfast
    for (const command of ['snapshots', 'verify']) {
      const { status, stderr } = await run(command, '--repo', repository)
      expect(status, `${command}: ${stderr}`).toBe(0)
    }
    const restored = await run('restore', '--repo', repository, 'latest', '--target', target)
    expect([0, 3], restored.stderr).toContain(restored.status)
    expect(fs.readFileSync(path.join(target, source, 'big'))).toEqual(fs.readFileSync(path.join(source, 'big')))
    expectClear(await run('backup', '--repo', repository, source), /permission|Give the user/i)
  }
})

describe('a target folder that may not be written to', () => {
  it('with the first name of a file in it: every name that is missing is told', async () => {
    const scratch = newScratch()
    const source = scratch.at('source/files')
    for (const [first, second, content] of [
      ['closed/empty', 'open/empty', ''],
      ['closed/small', 'open/small', 'small'],
      ['closed/big', 'open/big', noise('big', 5 * MiB)],
    ] as const) {
      fs.mkdirSync(path.join(source, 'open'), { recursive: true })
      fs.linkSync(write(source, first, content), path.join(source, second))
    }
    const repository = scratch.at('repository')
    const storage = await openLocal(repository)
    await initRepository(storage)
    await takeBackup(storage, source)
    const target = scratch.at('target')
    fs.mkdirSync(path.join(target, source, 'closed'), { recursive: true })
    execFileSync('chmod', ['-R', 'a+rwX', scratch.path])
    if (isRoot) execFileSync('chown', ['-R', `${NOBODY}:${NOBODY}`, target])
    fs.chmodSync(path.join(target, source, 'closed'), 0o555)
    const run = isRoot ? holdfastAsNobody : holdfast
    const ended = await run('restore', '--repo', repository, 'latest', '--target', target, '--json')
    fs.chmodSync(path.join(target, source, 'closed'), 0o755)
    expect(ended.status, ended.stderr).toBe(3)
    for (const name of ['empty', 'small', 'big']) {
      expect(ended.stdout).toContain(`closed/${name}`)
      if (!fs.existsSync(path.join(target, source, 'open', name))) expect(ended.stdout).toContain(`open/${name}`)
    }
    const again = await run('restore', '--repo', repository, 'latest', '--target', target)
    expect(fs.readdirSync(path.join(target, source, 'open')).sort(), again.stderr).toEqual(['big', 'empty', 'small'])
    expect(fs.readdirSync(path.join(target, source, 'closed')).sort()).toEqual(['big', 'empty', 'small'])
  })
})

describe('few descriptors', () => {
  it.each([28, 40, 48, 64, 100])(
    'ulimit -n %i: a backup is whole, or fails with that reason; so does its restore',
    async (limit) => {
      const scratch = newScratch()
      const source = scratch.at('source/files')
      let deep = 'deep'
      for (let i = 0; i < 90; i++) {
        deep += '/d'
        write(source, `${deep}/file`, `${i}`)
        write(source, `wide-${i}/file`, `${i}`)
      }
      const repository = scratch.at('repository')
      const storage = await openLocal(repository)
      await initRepository(storage)
      const ended = await holdfastLimited(`ulimit -n ${limit}`, 'backup', '--repo', repository, source)
      if (ended.status !== 0) {
        expectClear(ended, /open files|ulimit -n/)
        expect(await listSnapshots(storage)).toEqual([])
        await takeBackup(storage, source)
      }
      const opened = await openRepository(storage)
      const [snapshot] = await listSnapshots(opened)
      expect(snapshot?.errors).toEqual([])
      const target = scratch.at('target')
      const words = ['restore', '--repo', repository, 'latest', '--target', target]
      const restored = await holdfastLimited(`ulimit -n ${limit}`, ...words)
      if (!RESTORED.includes(restored.status)) {
        expectClear(restored, /open files|ulimit -n/)
        expect(RESTORED).toContain((await holdfast(...words)).status)
      }
      expect(describeRestored(target, source)).toEqual(describeSource(source))
    },
  )

  it('ulimit -n 64 is enough for a backup of deep and wide folders', async () => {
    const scratch = newScratch()
    const source = scratch.at('source/files')
    for (let i = 0; i < 400; i++) write(source, `wide-${i}/file`, `${i}`)
    const repository = scratch.at('repository')
    await initRepository(await openLocal(repository))
    const ended = await holdfastLimited('ulimit -n 64', 'backup', '--repo', repository, source)
    expect(ended.status, ended.stderr).toBe(0)
  })
})
