// Names of files as text that can do nothing: no markup, no line break, no turned direction, and bytes that are no UTF-8 made visible.
import { classNames } from '../ui/class-names.ts'

const short: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\\': '\\\\' }
/** Control characters, and those that turn the direction of writing or have no width. */
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\\]/gu
const visible = (character: string): string =>
  short[character] ?? `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`

/** The bytes of base64 as text: UTF-8 where it is, \xNN where it is not. */
function textOfBytes(base64: string): string {
  const raw = Uint8Array.from(atob(base64), (each) => each.charCodeAt(0))
  let text = ''
  for (let at = 0; at < raw.length; ) {
    const first = raw[at] ?? 0
    const length = first < 0x80 ? 1 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2
    try {
      text += new TextDecoder('utf-8', { fatal: true }).decode(raw.subarray(at, at + length)).replace(unseen, visible)
      at += length
    } catch {
      // No UTF-8 from here: this byte is shown by its number, and the next is tried.
      text += `\\x${first.toString(16).padStart(2, '0')}`
      at += 1
    }
  }
  return text
}

/** A name or path as it may be shown. `nameBytes` (base64) is there when it is no UTF-8. */
export const displayName = (name: string, nameBytes?: string | undefined): string =>
  nameBytes === undefined ? name.replace(unseen, visible) : textOfBytes(nameBytes)

/** A message, a line of a log, the output of a hook: the same, but a backslash stays, for whoever wrote it escaped names already. */
export const displayText = (text: string): string =>
  text.replace(unseen, (character) => (character === '\\' ? character : visible(character)))

export function FileName({
  name,
  bytes,
  className,
  wrap,
  middle,
}: {
  name: string
  bytes?: string | undefined
  className?: string
  /** Over several lines; otherwise a long one is cut, and shown whole on hover. */
  wrap?: boolean
  /** A long path is cut before its last name, so that this can be read. */
  middle?: boolean
}) {
  const text = displayName(name, bytes)
  const last = middle ? text.lastIndexOf('/') : -1
  return (
    <bdi
      dir="ltr"
      title={text}
      className={classNames(
        'font-mono text-sm',
        wrap ? 'break-all whitespace-pre-wrap' : 'truncate whitespace-pre',
        !wrap && (last > 0 ? 'flex min-w-0' : 'block'),
        className,
      )}
    >
      {last > 0 ? (
        <>
          <span className="truncate">{text.slice(0, last)}</span>
          <span className="max-w-[75%] shrink-0 truncate">{text.slice(last)}</span>
        </>
      ) : (
        text
      )}
    </bdi>
  )
}
