'use client'
// How a file begins: text as text, pictures of a few harmless kinds, and of all else its first bytes. Nothing of it can run.
import { useQuery } from '@tanstack/react-query'
import { type Outputs, useTRPC } from '../../data/provider.tsx'
import { inputOf } from '../../patterns/places.ts'
import { Fetched } from '../../patterns/query.tsx'
import { Pre, Skeleton } from '../../ui/surfaces.tsx'
import type { Opened } from './file-sheet.tsx'

type Shown = Outputs['snapshots']['preview']

export function Preview({ opened: { id, place } }: { opened: Opened }) {
  const trpc = useTRPC()
  const query = useQuery(
    trpc.snapshots.preview.queryOptions({ id, ...inputOf(place) }, { staleTime: Number.POSITIVE_INFINITY }),
  )
  return (
    <Fetched query={query} shape={<Skeleton className="h-32 w-full" />}>
      {(preview) => <Content preview={preview} />}
    </Fetched>
  )
}

function Content({ preview }: { preview: Shown }) {
  if (preview.kind === 'image')
    return (
      // Only kinds that the server names come here, and a picture within a page runs no script.
      // biome-ignore lint/performance/noImgElement: it is no file of this site
      <img
        src={`data:${preview.mime};base64,${preview.base64}`}
        alt="Preview of the file"
        className="max-h-96 max-w-full rounded-md border bg-sunken object-contain"
      />
    )
  if (preview.kind === 'binary')
    return (
      <>
        <p className="mb-1 text-muted">It is neither text nor a picture that can be shown. Its first bytes:</p>
        <Pre aria-label="First bytes of the file">{hexLines(preview.hex)}</Pre>
      </>
    )
  return (
    <>
      <Pre aria-label="Beginning of the file">{preview.text}</Pre>
      <p className="mt-1 text-sm text-muted">
        {preview.truncated ? 'Only the beginning is shown. ' : 'This is all of it. '}
        {preview.encoding !== 'utf-8' && `Read as ${preview.encoding}.`}
      </p>
    </>
  )
}

/** Sixteen bytes in a line. */
const hexLines = (hex: string): string =>
  (hex.match(/.{1,32}/g) ?? []).map((line) => (line.match(/../g) ?? []).join(' ')).join('\n')
