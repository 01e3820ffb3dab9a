'use client'
// Step 2: where backups go. There is a repository already; it can be moved to another folder as long as nothing is in it.
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { type Outputs, useTRPC } from '../../data/provider.tsx'
import { useAction } from '../../patterns/action.tsx'
import { FileName } from '../../patterns/file-name.tsx'
import { ProbeResult } from '../../patterns/probe-result.tsx'
import { Fetched, Notice } from '../../patterns/query.tsx'
import { StatusBadge } from '../../patterns/status.tsx'
import { Button } from '../../ui/button.tsx'
import { Facts } from '../../ui/surfaces.tsx'
import { firstRepositories } from './input.ts'
import { MovePlace } from './move-place.tsx'
import { NextButton, StepCard } from './step-card.tsx'

type Repository = Outputs['repositories']['list']['items'][number]

export function StepWhere({ movable, onDone }: { movable: boolean; onDone(): void }) {
  const trpc = useTRPC()
  const query = useQuery(trpc.repositories.list.queryOptions(firstRepositories))
  const [moving, setMoving] = useState(false)
  const probe = useAction(trpc.repositories.test.mutationOptions(), { quiet: true })
  return (
    <Fetched query={query}>
      {({ items }) => {
        const repository = items.find(({ settings }) => settings.origin === 'document') ?? items[0]
        const ready = repository !== undefined && repository.engineId !== null
        return (
          <StepCard title="Where to" actions={<NextButton disabled={!ready || moving} onClick={onDone} />}>
            {repository === undefined ? (
              <Notice tone="failed" title="There is no repository">
                The configuration names no storage. Add one in the settings.
              </Notice>
            ) : (
              <Place repository={repository} />
            )}
            {repository !== undefined && !moving && (
              <div className="flex flex-wrap gap-2">
                <Button disabled={probe.isPending} onClick={() => probe.mutate({ id: repository.id })}>
                  Test the connection
                </Button>
                {movable && repository.type === 'local' && (
                  <Button onClick={() => setMoving(true)}>Use another folder</Button>
                )}
              </div>
            )}
            {moving && repository !== undefined && (
              <MovePlace
                location={repository.location}
                onDone={() => {
                  probe.reset()
                  setMoving(false)
                }}
              />
            )}
            {!moving && <ProbeResult probe={probe.data} error={probe.error} />}
            <Notice title="A disk of its own is safer">
              What destroys this server's disk destroys a repository on it as well. Take a folder on another disk, or of
              another machine that is mounted here.
            </Notice>
          </StepCard>
        )
      }}
    </Fetched>
  )
}

function Place({ repository }: { repository: Repository }) {
  return (
    <>
      <p className="text-muted">Backups are encrypted and deduplicated before they are stored in this repository.</p>
      <Facts
        items={[
          ['Repository', repository.name],
          ['Folder', <FileName key="folder" name={repository.location} wrap />],
          [
            'State',
            repository.engineId === null ? (
              <StatusBadge key="state" state="unknown" word="Not ready yet" />
            ) : (
              <StatusBadge key="state" state="ok" word="Ready" />
            ),
          ],
        ]}
      />
    </>
  )
}
