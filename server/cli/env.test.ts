// Variables as bytes.
import { spawnSync } from 'node:child_process'
import { afterEach, describe, expect, it } from 'vitest'
import { bytesOf } from './bytes.ts'
import { environment } from './env.ts'

describe('environment', () => {
  afterEach(() => delete process.env.HOLDFAST_TEST)

  it('gives byte strings; one that is empty counts as not set', () => {
    process.env.HOLDFAST_TEST = 'é'
    expect(environment.get('HOLDFAST_TEST')).toBe(bytesOf('é'))
    process.env.HOLDFAST_TEST = ''
    expect(environment.get('HOLDFAST_TEST')).toBeUndefined()
  })

  it('gives the bytes of a value that is no text', () => {
    const program = `import { environment } from ${JSON.stringify(new URL('./env.ts', import.meta.url).href)}
      console.log(JSON.stringify(environment.get('SECRET')))`
    const script = `SECRET="$(printf 'a\\377=b')" exec "$0" --input-type=module --disable-warning=ExperimentalWarning -e "$1"`
    const { stdout } = spawnSync('sh', ['-c', script, process.execPath, program], { encoding: 'utf8' })
    expect(JSON.parse(stdout)).toBe('a\xff=b')
  })
})
