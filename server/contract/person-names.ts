// Names of people and keys, as others see them: in every script, and without what cannot be seen, for a name with it passes for another.

export const maxNameLength = 200

/** Controls, what turns the text around it, and what Unicode says is shown as nothing, as fillers of Hangul and selectors of variants are. */
const NOTHING = String.raw`\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}`
/** Blank all the same: the empty pattern of Braille, blanks of hieroglyphs, Khitan and music, and the place of an object that is not there. */
const BLANK = String.raw`\u2800\u{13441}\u{13442}\u{16FE4}\u{1D159}\uFFFC`

/** The viramas of Devanagari, Bengali, Gurmukhi, Gujarati, Odia, Tamil, Telugu, Kannada, Malayalam and Sinhala. */
const VIRAMA = String.raw`[\u094D\u09CD\u0A4D\u0ACD\u0B4D\u0BCD\u0C4D\u0CCD\u0D4D\u0DCA]`
/** Letters of scripts in which neighbours are joined unless something keeps them apart. */
const JOINED = String.raw`[[\p{scx=Arab}\p{scx=Syrc}]&&\p{L}]`
/** Where the two joiners change what is seen; elsewhere they do nothing. In Malayalam they make a letter that may end a word. */
const JOINER = [
  String.raw`(?<=${JOINED}\p{M}*)\u200C(?=${JOINED})`,
  String.raw`(?<=${VIRAMA})[\u200C\u200D](?=\p{L})`,
  String.raw`(?<=\p{L})[\u200C\u200D](?=${VIRAMA})`,
  String.raw`(?<=\u0D4D)\u200D`,
].join('|')

const UNSEEN = String.raw`[[${NOTHING}${BLANK}\p{Zs}]--[\u0020\u200C\u200D]]|(?=[\u200C\u200D])(?!${JOINER}).`
const unseen = new RegExp(UNSEEN, 'v')
const allUnseen = new RegExp(UNSEEN, 'gv')
const spaces = /\p{Zs}+/gu
const lineBreaks = /[\t-\r\u0085\p{Zl}\p{Zp}]+/gu

/** The first character that cannot be seen, or is a space that looks like the plain one; undefined where there is none. */
export const firstUnseen = (text: string): string | undefined => unseen.exec(text)?.[0]

/** A name in the one form of those that look alike: composed, with one plain space where there are spaces, and none around it. */
export const foldedName = (text: string): string => text.normalize('NFC').replace(spaces, ' ').trim()

/**
 * A name that somebody else keeps, such as an identity provider. It is cleaned, not refused: the person cannot change it here, and has to get in.
 * @returns '' where nothing is left to be seen
 */
export function cleanedName(text: string): string {
  const clean = foldedName(foldedName(text.replace(lineBreaks, ' ')).replace(allUnseen, '')).slice(0, maxNameLength)
  // What is taken out, or cut through its middle, gives what stood beside it other neighbours.
  return clean === text ? clean : cleanedName(clean)
}
