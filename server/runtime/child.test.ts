// How a process ended, for people and for those of them who may see no names of files.
import { expect, test } from 'vitest'
import { messageWithoutNames } from '../contract/names.ts'
import { explainExit } from './child.ts'

const SECRET = '/home/ada/divorce.odt'

test('how a process died is told without what it printed', () => {
  for (const signal of ['SIGKILL', 'SIGSEGV', null] as const) {
    const { message } = explainExit({ status: signal ? null : 1, signal, stderr: `at ${SECRET}\nand more` })
    expect(message).toContain(SECRET)
    expect(messageWithoutNames(message)).toMatch(/^The process of the job .*\.$/)
  }
})
