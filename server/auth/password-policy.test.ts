// Which passwords are refused, and that the reason never quotes them.
import { describe, expect, test } from 'vitest'
import { codeOf, messageOf } from '../contract/errors.ts'
import { checkPassword } from './password-policy.ts'

const refusal = (password: string, about: string[] = []): string | null => {
  try {
    checkPassword(password, about)
    return null
  } catch (error) {
    expect(codeOf(error)).toBe('usage')
    return messageOf(error)
  }
}

describe('refused', () => {
  test.each([
    ['tiny', 'too short'],
    ['elevenchars', 'too short'],
    ['x'.repeat(300), 'longer'],
    ['aaaaaaaaaaaaaaaa', 'different characters'],
    ['abababababababab', 'different characters'],
    ['123456789012', 'neighbouring'],
    ['abcdefghijklmnop', 'neighbouring'],
    ['9876543210987654', 'neighbouring'],
    ['Password1234', 'tried first'],
    ['P@ssw0rd2024!!', 'tried first'],
    ['passwordpassword', 'tried first'],
    ['Administrator1', 'tried first'],
    ['qwertyuiop123', 'tried first'],
    ['Welcome-2026!', 'tried first'],
    ['!!!iloveyou!!!', 'tried first'],
    ['hold-fast-2026!!', 'tried first'],
    ['correcthorsebatterystaple', 'tried first'],
  ])('%s', (password, why) => {
    const message = refusal(password)
    expect(message).toContain(why)
    expect(message).not.toContain(password)
  })

  test('what is made of the person', () => {
    expect(refusal('ada.lovelace@example.com', ['Ada.Lovelace@example.com'])).toContain('your own')
    expect(refusal('Ada Lovelace 1815', ['a@example.com', 'Ada Lovelace'])).toContain('your own')
  })
})

describe('taken', () => {
  test.each([
    'tide lamp ochre fennel',
    'kX9!vq2Lw#8r',
    'zwölf Boxkämpfer jagen',
    '夜の海に浮かぶ月とともに歩いた',
    'rk4v-88tq-p1zz',
  ])('%s', (password) => expect(refusal(password, ['ada@example.com', 'Ada Lovelace'])).toBeNull())
})
