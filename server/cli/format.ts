// Numbers for people: sizes, counts, durations, columns. (Without Intl, whose first use takes longer than a small command.)

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB']

/** 1536 -> "1.50 KiB": three digits. */
export function size(bytes: number): string {
  let value = bytes
  let unit = 0
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1024
    unit++
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2
  return `${value.toFixed(digits)} ${units[unit]}`
}

/** 78579 -> "78,579". */
export const count = (value: number): string => String(value).replace(/\B(?=(\d{3})+$)/g, ',')

/** "1 file", "2 files". */
export const plural = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`

const two = (value: number): string => String(value).padStart(2, '0')

/** "0.84 s", "12.3 s", "3 min 04 s", "2 h 05 min". */
export function duration(milliseconds: number): string {
  const seconds = milliseconds / 1000
  if (seconds < 9.995) return `${seconds.toFixed(2)} s`
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`
  const minutes = Math.round(seconds / 60)
  return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`
}

/** "0:42", "12:05", "1:02:03". */
export function clockFace(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  const hours = Math.floor(whole / 3600)
  const minutes = Math.floor(whole / 60) % 60
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`
}

/** Enough of an id for people, and for the commands. */
export const shortId = (id: string): string => id.slice(0, 12)

/** "-rw-r--r--" from a type and permission bits. */
export function modeText(type: string, mode: number): string {
  const letters: Readonly<Record<string, string>> = {
    directory: 'd',
    symlink: 'l',
    fifo: 'p',
    socket: 's',
    character: 'c',
    block: 'b',
  }
  const bit = (mask: number, letter: string): string => (mode & mask ? letter : '-')
  const special = (mask: number, execute: number, both: string, alone: string): string =>
    mode & mask ? (mode & execute ? both : alone) : bit(execute, 'x')
  return [
    letters[type] ?? '-',
    bit(0o400, 'r'),
    bit(0o200, 'w'),
    special(0o4000, 0o100, 's', 'S'),
    bit(0o040, 'r'),
    bit(0o020, 'w'),
    special(0o2000, 0o010, 's', 'S'),
    bit(0o004, 'r'),
    bit(0o002, 'w'),
    special(0o1000, 0o001, 't', 'T'),
  ].join('')
}

/** Rows as lines with aligned columns, two spaces between them; columns named in `right` are aligned to the right. */
export function columns(rows: readonly (readonly string[])[], right: readonly number[] = []): string[] {
  const widths: number[] = []
  for (const row of rows) for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length)
  const pad = (cell: string, i: number): string =>
    right.includes(i) ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)
  return rows.map((row) => row.map(pad).join('  ').trimEnd())
}
