// Which passwords are taken: long ones that are not among the first that anybody would try.
import { HoldfastError } from '../contract/errors.ts'

export const minimumPasswordLength = 12
export const maximumPasswordLength = 256

/** Words that common passwords are made of: alone, repeated, or with digits and signs around them, they are refused. */
const commonWords = new Set(
  `password passwort passw motdepasse contrasena welcome willkommen bienvenue letmein iloveyou changeme changeit default
   secret secure security admin administrator root superuser sysadmin operator auditor backup backups holdfast recovery
   restore dashboard acme company master server database test testing tester guest user username login signin qwerty qwertz
   azerty qwertyuiop qwertzuiop azertyuiop asdfgh asdfghjkl zxcvbn zxcvbnm qazwsx qazwsxedc abcdef abcdefgh abcdefghijkl
   monkey dragon football baseball basketball superman batman starwars trustno sunshine princess shadow whatever freedom
   michael jennifer jordan hunter ranger pokemon naruto computer internet samsung google microsoft windows linux ubuntu
   january february march april may june july august september october november december spring summer autumn winter
   monday tuesday wednesday thursday friday saturday sunday correcthorsebatterystaple thisisapassword mypassword yourpassword
   passwordpassword adminadmin iloveyouforever letmeinplease nopassword newpassword oldpassword temporary temppassword`
    .split(/\s+/)
    .filter(Boolean),
)

const lookalikes: Readonly<Record<string, string>> = {
  0: 'o',
  1: 'i',
  3: 'e',
  4: 'a',
  5: 's',
  7: 't',
  '@': 'a',
  $: 's',
  '!': 'i',
}

const lettersOf = (text: string): string => text.replace(/[^a-z]+/g, '')
const plain = (text: string): string => text.replace(/[013457@$!]/g, (sign) => lookalikes[sign] ?? sign)
const trimmed = (text: string): string => text.replace(/^[^a-z]+|[^a-z]+$/g, '')

/** "wordword" -> "word". */
function unrepeated(text: string): string {
  const found = /^(.+?)\1+$/.exec(text)
  return found?.[1] ?? text
}

function isCommon(password: string): boolean {
  const lower = password.toLowerCase()
  const candidates = [
    lettersOf(lower),
    plain(trimmed(lower)),
    lettersOf(plain(trimmed(lower))),
    lettersOf(plain(lower)),
  ]
  return candidates.some((text) => commonWords.has(text) || commonWords.has(unrepeated(text)))
}

/** 123456789012, abcdefghijkl, aaaaaaaaaaaa: every character is the one before, or next to it. */
function isSequence(password: string): boolean {
  const codes = [...password.toLowerCase()].map((character) => character.codePointAt(0) ?? 0)
  const steps = codes.slice(1).map((code, index) => code - (codes[index] ?? 0))
  const smooth = steps.filter((step) => Math.abs(step) <= 1).length
  return smooth >= steps.length - 2
}

/**
 * Refuses a password that is too short, too long or too easy to guess.
 * @param about what the password must not be made of: the person's name and address
 * @throws `usage` with the reason; the password is not in it
 */
export function checkPassword(password: string, about: readonly string[] = []): void {
  const refuse = (why: string): never => {
    throw new HoldfastError(
      'usage',
      `The password ${why}. Take at least ${minimumPasswordLength} characters, such as four unrelated words`,
    )
  }
  const length = [...password].length
  if (length < minimumPasswordLength) refuse(`has ${length} characters, which is too short`)
  if (length > maximumPasswordLength) refuse(`is longer than ${maximumPasswordLength} characters`)
  if (new Set(password).size < 5) refuse('repeats too few different characters')
  if (isSequence(password)) refuse('is a row of neighbouring characters')
  if (isCommon(password)) refuse('is one of those that are tried first')
  const lower = password.toLowerCase()
  const own = about.flatMap((text) => [text.toLowerCase(), text.toLowerCase().split('@')[0] ?? ''])
  if (own.some((text) => text.length >= 4 && (lower === text || lettersOf(lower) === lettersOf(text)))) {
    refuse('is your own name or address')
  }
}
