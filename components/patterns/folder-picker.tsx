'use client'
// Folders of the server, to choose from: by looking through them, or by typing a path.
import { useQuery } from '@tanstack/react-query'
import { CornerLeftUp, Folder, FolderPlus, X } from 'lucide-react'
import { useState } from 'react'
import { type Outputs, useTRPC } from '../data/provider.tsx'
import { Button, IconButton } from '../ui/button.tsx'
import { Skeleton } from '../ui/surfaces.tsx'
import { FileName } from './file-name.tsx'
import type { FolderChoice } from './folder-choice.ts'
import { Fetched } from './query.tsx'
import { TypedPath } from './typed-path.tsx'

type Place = { readonly path: string; readonly pathBytes?: string | undefined }
type Listing = Outputs['schedules']['folders']

const parentOf = (path: string): string => path.slice(0, Math.max(1, path.lastIndexOf('/')))

/** Any number of folders. Its form goes on by `useGoOn`. `ahead`: also those that are not there yet. */
export function FolderPicker({
  label,
  choice,
  error,
  ahead = false,
}: {
  label: string
  choice: FolderChoice
  error?: string | undefined
  ahead?: boolean
}) {
  const { value, onChange, add } = choice
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1 font-medium">{label}</legend>
      {value.length > 0 && (
        <ul className="divide-y rounded-md border bg-surface" aria-label="Chosen folders">
          {value.map((path) => (
            <li key={path} className="flex items-center gap-2 py-0.5 pr-1 pl-3">
              <Folder aria-hidden className="size-4 shrink-0 text-muted" />
              <FileName name={path} className="min-w-0 flex-1" />
              <IconButton label={`Leave out ${path}`} onClick={() => onChange(value.filter((each) => each !== path))}>
                <X aria-hidden className="size-4" />
              </IconButton>
            </li>
          ))}
        </ul>
      )}
      {error !== undefined && (
        <p role="alert" className="text-sm break-words text-failed">
          {error}
        </p>
      )}
      <TypedPath label={label} choice={choice} ahead={ahead} />
      <FolderBrowser onChoose={add} chosen={value} />
    </fieldset>
  )
}

/** Looks through the folders of the server. `verb`: what choosing one is called. */
export function FolderBrowser({
  onChoose,
  chosen = [],
  start = '/',
  verb = 'Add',
}: {
  onChoose(path: string): void
  chosen?: readonly string[]
  start?: string
  verb?: string
}) {
  const trpc = useTRPC()
  // The way here: a folder whose name is no text has no path to cut a parent from.
  const [way, setWay] = useState<readonly Place[]>([{ path: start }])
  const here = way.at(-1) ?? { path: start }
  const { path, pathBytes } = here
  const query = useQuery(trpc.schedules.folders.queryOptions(pathBytes === undefined ? { path } : { pathBytes }))
  const up = (): void => setWay(way.length > 1 ? way.slice(0, -1) : [{ path: parentOf(path) }])
  return (
    <div className="rounded-md border bg-surface">
      <div className="flex min-h-10 items-center gap-1 border-b py-1 pr-2 pl-1">
        <IconButton label="Up to the folder above" disabled={path === '/'} onClick={up}>
          <CornerLeftUp aria-hidden className="size-4" />
        </IconButton>
        <FileName name={path} bytes={pathBytes} className="min-w-0 flex-1" />
        <ChooseButton place={here} chosen={chosen} verb={`${verb} this folder`} onChoose={onChoose} />
      </div>
      <div className="h-56 overflow-y-auto">
        <Fetched query={query} shape={<Skeleton className="m-3 h-48" />}>
          {(listing) => (
            <Folders
              listing={listing}
              chosen={chosen}
              verb={verb}
              onChoose={onChoose}
              onOpen={(next) => setWay([...way, next])}
            />
          )}
        </Fetched>
      </div>
    </div>
  )
}

function Folders({
  listing,
  chosen,
  verb,
  onChoose,
  onOpen,
}: {
  listing: Listing
  chosen: readonly string[]
  verb: string
  onChoose(path: string): void
  onOpen(place: Place): void
}) {
  if (listing.folders.length === 0) return <p className="px-4 py-3 text-muted">There is no folder in this one.</p>
  return (
    <ul>
      {listing.folders.map((folder) => (
        <li key={folder.pathBytes ?? folder.path} className="flex items-center gap-2 pr-2 hover:bg-sunken">
          <button
            type="button"
            onClick={() => onOpen(folder)}
            className="flex min-w-0 flex-1 items-center gap-2 px-3 py-1.5 text-left"
          >
            <Folder aria-hidden className="size-4 shrink-0 text-muted" />
            <FileName name={folder.name} bytes={folder.nameBytes} className="min-w-0" />
          </button>
          <ChooseButton place={folder} chosen={chosen} verb={verb} onChoose={onChoose} />
        </li>
      ))}
      {listing.cut && <li className="px-4 py-2 text-muted">There are more folders. Type the path of one of them.</li>}
    </ul>
  )
}

function ChooseButton({
  place,
  chosen,
  verb,
  onChoose,
}: {
  place: Place
  chosen: readonly string[]
  verb: string
  onChoose(path: string): void
}) {
  if (place.pathBytes !== undefined)
    return <span className="text-sm text-muted">no UTF-8: choose a folder above it</span>
  const taken = chosen.includes(place.path)
  return (
    <Button
      size="small"
      look="quiet"
      disabled={taken}
      aria-label={taken ? `${place.path} is chosen` : `${verb}: ${place.path}`}
      icon={<FolderPlus aria-hidden className="size-4" />}
      onClick={() => onChoose(place.path)}
    >
      {taken ? 'Chosen' : verb}
    </Button>
  )
}
