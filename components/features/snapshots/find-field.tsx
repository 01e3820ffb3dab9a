'use client'
// The field at the heart of it: find a file by its name, in all snapshots.
import { Search } from 'lucide-react'
import type { FormEvent } from 'react'
import { Button } from '../../ui/button.tsx'
import { classNames } from '../../ui/class-names.ts'
import { Input } from '../../ui/controls.tsx'
import { useGo } from '../../ui/leave.ts'

export function FindField({
  value = '',
  className,
  /** Only in this snapshot. */
  snapshot,
}: {
  value?: string
  className?: string
  snapshot?: string | undefined
}) {
  const go = useGo()
  const find = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault()
    const params = new URLSearchParams(new FormData(event.currentTarget) as never)
    if (params.get('q')?.trim()) go(`/snapshots/search?${params}`)
  }
  return (
    <search className={classNames('block', className)}>
      {/* A form that also works before the page's code is there: what is typed at once must not be lost. */}
      <form key={value} action="/backups/snapshots/search" onSubmit={find} className="flex gap-2">
        {snapshot !== undefined && <input type="hidden" name="snapshot" value={snapshot} />}
        <div className="relative min-w-0 flex-1">
          <Search aria-hidden className="pointer-events-none absolute top-3 left-3 size-5 text-muted" />
          <Input
            type="search"
            aria-label="Find a file by name"
            placeholder="Find a file by name, e.g. invoice or *.xlsx"
            name="q"
            required
            defaultValue={value}
            className="h-11! pl-10! text-lg"
            spellCheck={false}
            autoComplete="off"
          />
        </div>
        <Button type="submit" look="primary" className="h-11!">
          Find
        </Button>
      </form>
    </search>
  )
}
