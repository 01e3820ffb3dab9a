import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { openFilesLimit } from './limits.ts'

describe('openFilesLimit', () => {
  it('is what the shell set', () => {
    const script = `import { openFilesLimit } from '${import.meta.resolve('./limits.ts')}'; console.log(openFilesLimit())`
    const args = ['-c', 'ulimit -n 123; exec "$0" "$@"', process.execPath, '--input-type=module', '-e', script]
    expect(execFileSync('sh', args, { encoding: 'utf8' }).trim()).toBe('123')
  })

  it('is a number of some size here', () => {
    expect(openFilesLimit()).toBeGreaterThan(100)
  })
})
