// The files of the simulated company: six folders that change from day to day, each in its own way.
import fs from 'node:fs'
import path from 'node:path'
import { Seeded } from '../bench/random.ts'
import { HOUR, isWorkday } from './clock.ts'
import { changed, contentOf, type Kind } from './content.ts'
import { makeOddNames } from './names.ts'

/** How a folder looks, and how much of it changes in a day of work. */
type Habit = {
  readonly name: string
  readonly folders: readonly string[]
  readonly kind: Kind
  readonly ending: string
  /** Bytes of a file, at least and about at most. */
  readonly size: readonly [number, number]
  readonly files: number
  readonly day: { readonly added: number; readonly changed: number; readonly removed: number; readonly renamed: number }
}

const habits: readonly Habit[] = [
  {
    name: 'finance',
    folders: ['invoices/incoming', 'invoices/outgoing', 'ledgers', 'reports'],
    kind: 'table',
    ending: 'csv',
    size: [1500, 12_000],
    files: 120,
    day: { added: 4, changed: 5, removed: 0.2, renamed: 0.3 },
  },
  {
    name: 'engineering',
    folders: ['src/orders', 'src/stock', 'src/billing', 'tools', 'docs'],
    kind: 'code',
    ending: 'ts',
    size: [600, 7000],
    files: 180,
    day: { added: 3, changed: 12, removed: 1, renamed: 1 },
  },
  {
    name: 'webshop',
    folders: ['public/products', 'public/help', 'templates'],
    kind: 'page',
    ending: 'html',
    size: [2000, 9000],
    files: 70,
    day: { added: 1, changed: 4, removed: 0.5, renamed: 0.2 },
  },
  {
    name: 'webshop',
    folders: ['public/images'],
    kind: 'picture',
    ending: 'png',
    size: [0, 0],
    files: 40,
    day: { added: 0.7, changed: 0.3, removed: 0.2, renamed: 0 },
  },
  {
    name: 'mail',
    folders: ['alma/inbox', 'omar/inbox', 'aiko/inbox', 'rosa/inbox', 'archive'],
    kind: 'mail',
    ending: 'eml',
    size: [500, 5000],
    files: 140,
    day: { added: 14, changed: 0, removed: 4, renamed: 3 },
  },
  {
    name: 'hr',
    folders: ['contracts', 'applications', 'policies'],
    kind: 'text',
    ending: 'txt',
    size: [2000, 9000],
    files: 50,
    day: { added: 0.4, changed: 0.3, removed: 0.1, renamed: 0.1 },
  },
  {
    name: 'legacy',
    folders: ['shared', 'scans'],
    kind: 'noise',
    ending: 'bin',
    size: [3000, 20_000],
    files: 25,
    day: { added: 0.1, changed: 0, removed: 0, renamed: 0 },
  },
  {
    name: 'databases',
    folders: ['dumps'],
    kind: 'dump',
    ending: 'sql',
    size: [60_000, 180_000],
    files: 4,
    day: { added: 0, changed: 4, removed: 0, renamed: 0 },
  },
]

type Known = { readonly habit: Habit; path: string }

export class Company {
  /** Where all of it lies. */
  readonly folder: string
  readonly #random: Seeded
  readonly #files: Known[] = []
  #number = 0

  private constructor(folder: string, seed: string) {
    this.folder = folder
    this.#random = new Seeded(`${seed} company`)
  }

  /** Makes all of it, as old as `now`. */
  static make(folder: string, seed: string, now: number): Company {
    const company = new Company(folder, seed)
    for (const habit of habits) for (let n = 0; n < habit.files; n++) company.#add(habit, now - n * HOUR)
    makeOddNames(path.join(folder, 'engineering/odd names'))
    return company
  }

  pathOf(name: string): string {
    return path.join(this.folder, name)
  }

  /** A file of a source that is there now, by a number; relative to the source. */
  some(name: string, number: number): string {
    const files = this.#files.filter(({ habit }) => habit.name === name)
    const { path: file = '' } = files[number % files.length] ?? {}
    return path.relative(this.pathOf(name), file)
  }

  /** What people did until `now`, in a day. `much`: times as much as on others. */
  day(now: number, much = 1): void {
    const share = (isWorkday(now) ? 1 : 0.15) * much
    for (const habit of habits) {
      if (!fs.existsSync(this.pathOf(habit.name))) continue
      const { added, changed: edited, removed, renamed } = habit.day
      this.#times(removed * share, () => this.#remove(habit))
      this.#times(renamed * share, () => this.#rename(habit))
      this.#times(edited * share, () => this.#edit(habit, now))
      this.#times(added * share, () => this.#add(habit, now))
    }
  }

  /** A part of a time is one by chance. */
  #times(count: number, work: () => void): void {
    const whole = Math.floor(count) + (this.#random.fraction() < count % 1 ? 1 : 0)
    for (let n = 0; n < whole; n++) work()
  }

  #add(habit: Habit, now: number): void {
    const { name, folders, kind, ending, size } = habit
    const random = this.#random
    const folder = folders[random.below(folders.length)] ?? ''
    const file = path.join(this.folder, name, folder, `${kind}-${String(++this.#number).padStart(5, '0')}.${ending}`)
    fs.mkdirSync(path.dirname(file), { recursive: true })
    const bytes = size[0] + random.below(Math.max(1, size[1] - size[0]))
    this.#write(file, contentOf(kind, random, bytes), now)
    this.#files.push({ habit, path: file })
  }

  #edit(habit: Habit, now: number): void {
    const known = this.#pick(habit)
    if (known) this.#write(known.path, changed(habit.kind, fs.readFileSync(known.path), this.#random), now)
  }

  #remove(habit: Habit): void {
    const known = this.#pick(habit)
    if (!known) return
    fs.rmSync(known.path)
    this.#files.splice(this.#files.indexOf(known), 1)
  }

  #rename(habit: Habit): void {
    const known = this.#pick(habit)
    if (!known) return
    const folder = habit.folders[this.#random.below(habit.folders.length)] ?? ''
    const to = path.join(this.folder, habit.name, folder, `moved-${path.basename(known.path).replace(/^moved-/, '')}`)
    fs.mkdirSync(path.dirname(to), { recursive: true })
    fs.renameSync(known.path, to)
    known.path = to
  }

  #pick(habit: Habit): Known | undefined {
    const files = this.#files.filter((known) => known.habit === habit)
    return files[this.#random.below(Math.max(1, files.length))]
  }

  /** At some time of the ten hours before. */
  #write(file: string, content: Buffer, now: number): void {
    fs.writeFileSync(file, content)
    const at = (now - this.#random.below(10 * HOUR)) / 1000
    fs.utimesSync(file, at, at)
  }
}

/** The folders that are backed up. */
export const sources: readonly string[] = [...new Set(habits.map(({ name }) => name))]
