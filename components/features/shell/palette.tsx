'use client'
// The content of the command palette: typed letters, what fits by group, and the command line of what is marked. Loaded when it is first opened.
import { Command } from 'cmdk'
import { useState } from 'react'
import { CommandLine } from '../../patterns/copy.tsx'
import { StatusIcon } from '../../patterns/status.tsx'
import { When } from '../../patterns/when.tsx'
import { Kbd } from '../../ui/surfaces.tsx'
import { usePaletteData } from './palette-data.ts'
import { type Entry, useEntries } from './palette-entries.ts'
import { ranked } from './palette-rank.ts'

export default function Palette({ onDone }: { onDone(): void }) {
  const [text, setText] = useState('')
  const [marked, setMarked] = useState('')
  const data = usePaletteData(text)
  const entries = useEntries(data, text, onDone)
  const groups = [...ranked(entries, text)]
  const line = entries.find(({ id }) => id === marked)?.line
  return (
    <Command label="Go to, or do" shouldFilter={false} loop value={marked} onValueChange={setMarked}>
      <Command.Input
        autoFocus
        value={text}
        onValueChange={setText}
        placeholder="A page, a schedule, a file, or what you want to do"
        className="mb-3 h-10 w-full rounded-md border border-border-strong bg-surface px-3 placeholder:text-muted"
      />
      <Command.List className="h-[50vh] overflow-y-auto" label="What fits">
        {groups.length === 0 && (
          <p role="status" className="px-2 py-6 text-center text-muted">
            {data.loading ? 'Searching' : 'Nothing has this name'}
          </p>
        )}
        {groups.map(([group, found]) => (
          <Command.Group
            key={group}
            heading={group}
            className="mb-1 [&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:py-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-muted"
          >
            {found.map((entry) => (
              <Item key={entry.id} entry={entry} />
            ))}
          </Command.Group>
        ))}
      </Command.List>
      <div className="mt-3 min-h-10">
        {line !== undefined ? (
          <CommandLine line={line} />
        ) : (
          <p className="flex flex-wrap items-center gap-x-4 gap-y-1 text-sm text-muted">
            <span>
              <Kbd>↑</Kbd> <Kbd>↓</Kbd> choose
            </span>
            <span>
              <Kbd>Enter</Kbd> do it
            </span>
            <span>
              <Kbd>Esc</Kbd> close
            </span>
          </p>
        )}
      </div>
    </Command>
  )
}

function Item({ entry }: { entry: Entry }) {
  return (
    <Command.Item
      value={entry.id}
      onSelect={entry.run}
      className="flex min-h-9 cursor-pointer items-center gap-2 rounded-md px-2 py-1.5 data-[selected=true]:bg-accent-soft"
    >
      {entry.state !== undefined && <StatusIcon state={entry.state} />}
      <span className="min-w-0 flex-1 truncate">{entry.label}</span>
      {entry.at !== undefined && (
        <span className="text-sm text-muted">
          <When at={entry.at} />
        </span>
      )}
    </Command.Item>
  )
}
