'use client'
// The keys that open a repository. The keys themselves are shown nowhere.
import { useQuery } from '@tanstack/react-query'
import { keyListLine } from '#server/contract/cli-lines.ts'
import { type Outputs, useTRPC } from '../../data/provider.tsx'
import { CommandLine } from '../../patterns/copy.tsx'
import { displayName } from '../../patterns/file-name.tsx'
import { count } from '../../patterns/format.ts'
import { Fetched, Notice } from '../../patterns/query.tsx'
import { When } from '../../patterns/when.tsx'
import { Card, Skeleton } from '../../ui/surfaces.tsx'

const kinds: Readonly<Record<string, string>> = {
  password: 'Password',
  keyfile: 'Key file',
  environment: 'Environment variable',
  recovery: 'Recovery key',
}

export function KeySlots({ repository }: { repository: Outputs['repositories']['get'] }) {
  const trpc = useTRPC()
  const query = useQuery(trpc.repositories.keySlots.queryOptions({ id: repository.id }))
  return (
    <Card title="Keys that open it">
      <Fetched query={query} shape={<Skeleton className="h-24 w-full" />}>
        {({ slots, damaged }) => (
          <div className="flex flex-col gap-3">
            <ul className="divide-y rounded-md border">
              {slots.map(({ id, kind, label, created, iterations }) => (
                <li key={id} className="px-3 py-2">
                  <p className="break-words">
                    <span className="font-medium">{kinds[kind] ?? kind}</span>
                    {label !== '' && <bdi className="text-muted"> {displayName(label)}</bdi>}
                  </p>
                  <p className="text-sm text-muted">
                    <span className="font-mono">{id.slice(0, 12)}</span>, made <When at={created} />,{' '}
                    {count(iterations)} rounds of PBKDF2
                  </p>
                </li>
              ))}
              {slots.length === 0 && <li className="px-3 py-2 text-muted">There is no key that can be read.</li>}
            </ul>
            {damaged.map(({ id, message }) => (
              <Notice key={id} tone="failed" title={`The slot ${id.slice(0, 12)} can't be read`}>
                {message}
              </Notice>
            ))}
            <p className="text-sm text-muted">Keys are added and removed with the shell command.</p>
            <CommandLine line={keyListLine(repository)} />
          </div>
        )}
      </Fetched>
    </Card>
  )
}
