'use client'
// The field at the heart of it: find a file by its name, in all snapshots.
import { Search } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { type FormEvent, useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { classNames } from '../../ui/class-names.ts'
import { Input } from '../../ui/controls.tsx'

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
  const router = useRouter()
  const [typed, setTyped] = useState(value)
  const find = (event: FormEvent): void => {
    event.preventDefault()
    if (typed.trim() === '') return
    const params = new URLSearchParams({ q: typed, ...(snapshot === undefined ? {} : { snapshot }) })
    router.push(`/snapshots/search?${params}` as never)
  }
  return (
    <search className={classNames('block', className)}>
      <form onSubmit={find} className="flex gap-2">
        <div className="relative min-w-0 flex-1">
          <Search aria-hidden className="pointer-events-none absolute top-3 left-3 size-5 text-muted" />
          <Input
            type="search"
            aria-label="Find a file by name"
            placeholder="Find a file by name, e.g. invoice or *.xlsx"
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
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
