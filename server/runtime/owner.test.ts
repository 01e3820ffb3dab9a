import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { isGone, isNear, ownName, runsWith } from './owner.ts'

/** A process that waits, and what its lease would be called. */
async function other(word: string): Promise<{ owner: string; pid: number; end: () => Promise<void> }> {
  const code = 'process.stdin.resume(); console.log("ready")'
  const child = spawn(process.execPath, ['-e', code, word], { stdio: ['pipe', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  const pid = child.pid!
  const owner = ownName().replace(/\/\d+~\d+\//, `/${pid}~${startTicks(pid)}/`)
  return {
    owner,
    pid,
    end: async () => {
      child.kill('SIGKILL')
      await once(child, 'close')
    },
  }
}

function startTicks(pid: number): string {
  const { execFileSync } = process.getBuiltinModule('node:child_process')
  return execFileSync('sed', ['s/.*) //', `/proc/${pid}/stat`], { encoding: 'latin1' }).split(' ')[19]!
}

describe('the owner of a lease', () => {
  it('is gone when its process is', async () => {
    const me = ownName()
    const { owner, pid, end } = await other('some-run')
    expect(isGone(owner, me)).toBe(false)
    expect(runsWith(pid, 'some-run')).toBe(true)
    expect(runsWith(pid, 'another-run')).toBe(false)
    await end()
    expect(isGone(owner, me)).toBe(true)
    expect(runsWith(pid, 'some-run')).toBe(false)
  })

  it('is gone when another process has its number now', () => {
    const me = ownName()
    expect(isGone(me.replace(/~\d+\/(?=\w+$)/, '~1/'), me)).toBe(true)
  })

  it('may be there for all we know on another host, or with a name that says nothing', () => {
    const me = ownName()
    const elsewhere = `elsewhere-${me}`.replace(/~\d+\/(?=\w+$)/, '~1/')
    expect(isGone(elsewhere, me)).toBe(false)
    expect(isNear(elsewhere)).toBe(false)
    expect(isNear(me)).toBe(true)
    for (const owner of ['', 'x', me, `${me}/x`, me.split('/')[0]!]) expect(isGone(owner, me)).toBe(false)
  })
})
