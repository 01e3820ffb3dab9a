// Names of people and keys, as others see them: in every script, and without what cannot be seen.

export const maxNameLength = 200

/** What nobody sees, or what turns the text around it: a name with it could pass for another. Two joiners are letters' business in some scripts. */
const UNSEEN = String.raw`(?![\u200C\u200D])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]`
const unseen = new RegExp(UNSEEN, 'u')
const allUnseen = new RegExp(UNSEEN, 'gu')
const lineBreaks = /[\t-\r\u0085\p{Zl}\p{Zp}]+/gu
const nothing = /^[\s\u200C\u200D]*$/

/** The first character that cannot be seen; undefined where there is none. */
export const firstUnseen = (text: string): string | undefined => unseen.exec(text)?.[0]

/**
 * A name that somebody else keeps, such as an identity provider. It is cleaned, not refused: the person cannot change it here, and has to get in.
 * @returns '' where nothing is left to be seen
 */
export function cleanedName(text: string): string {
  const clean = text.normalize('NFC').replace(lineBreaks, ' ').replace(allUnseen, '').trim()
  // The cut may go through the middle of a character.
  const cut = clean.slice(0, maxNameLength).replace(allUnseen, '').trim()
  return nothing.test(cut) ? '' : cut
}
