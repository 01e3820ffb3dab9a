'use client'
// One repository: whether it was proved that it can be read, what it holds and how it grows, its keys and its settings.
import { useQuery } from '@tanstack/react-query'
import { Archive, Ellipsis, Pencil, PlugZap, ShieldCheck } from 'lucide-react'
import { useState } from 'react'
import { useZone } from '../../data/clock.tsx'
import { type Outputs, useTRPC } from '../../data/provider.tsx'
import { IfMay, useMay } from '../../data/viewer.tsx'
import { FileName } from '../../patterns/file-name.tsx'
import { PageHeader } from '../../patterns/page.tsx'
import { Fetched, Notice } from '../../patterns/query.tsx'
import { RecoveryKitState } from '../../patterns/recovery-kit.tsx'
import { useUrlState } from '../../patterns/url-state.ts'
import { VerifyDialog } from '../../patterns/verify-dialog.tsx'
import { When } from '../../patterns/when.tsx'
import { Button, TextLink } from '../../ui/button.tsx'
import { Menu, MenuItem } from '../../ui/overlays.tsx'
import { Card, Facts, Skeleton } from '../../ui/surfaces.tsx'
import { ArchiveRepository, EditRepository, TestRepository } from './dialogs.tsx'
import { KeySlots } from './key-slots.tsx'
import { Proof } from './proof.tsx'
import { canOpen, saySecret, sayType } from './say.ts'
import { Usage } from './usage.tsx'

type Item = Outputs['repositories']['get']

export function Repository({ id }: { id: string }) {
  const trpc = useTRPC()
  const zone = useZone()
  const query = useQuery(trpc.repositories.get.queryOptions({ id }))
  return (
    <Fetched query={query} shape={<Skeleton className="h-96 w-full" />}>
      {(repository) => <Details repository={repository} timezone={zone} />}
    </Fetched>
  )
}

function Details({ repository, timezone }: { repository: Item; timezone: string }) {
  const [verifying, setVerifying] = useState(false)
  const { id, name, type, location, archivedAt } = repository
  const usable = canOpen(type) && archivedAt === null
  return (
    <>
      <PageHeader
        title={name}
        lead={
          <span className="flex min-w-0 flex-wrap gap-x-2">
            {sayType(type)} <FileName name={location} wrap />
          </span>
        }
        trail={[{ href: '/repositories', label: 'Repositories' }]}
        actions={<Actions repository={repository} usable={usable} onVerify={() => setVerifying(true)} />}
      />
      <div className="flex flex-col gap-4">
        <WhatItIs repository={repository} />
        {usable && <Proof repository={repository} />}
        <Usage id={id} timezone={timezone} />
        <div className="grid items-start gap-4 lg:grid-cols-2">
          <Settings repository={repository} />
          <IfMay need="keys.read">
            <div className="flex min-w-0 flex-col gap-4">
              {usable && <KeySlots repository={repository} />}
              <Card title="Recovery kit">
                <RecoveryKitState />
              </Card>
            </div>
          </IfMay>
        </div>
      </div>
      <VerifyDialog repository={repository} open={verifying} onOpenChange={setVerifying} />
    </>
  )
}

const defaults = { dialog: '' }

function Actions({ repository, usable, onVerify }: { repository: Item; usable: boolean; onVerify(): void }) {
  const may = useMay()
  const [{ dialog }, set] = useUrlState(defaults)
  const [testing, setTesting] = useState(false)
  const mayWrite = may('repositories.write')
  const own = repository.settings.origin === 'manual' && repository.archivedAt === null
  const close = (): void => set({ dialog: '' })
  return (
    <>
      {mayWrite && repository.archivedAt === null && (
        <Button icon={<PlugZap aria-hidden className="size-4" />} onClick={() => setTesting(true)}>
          Test connection
        </Button>
      )}
      {usable && (
        <IfMay need="runs.start">
          <Button look="primary" icon={<ShieldCheck aria-hidden className="size-4" />} onClick={onVerify}>
            Verify now
          </Button>
        </IfMay>
      )}
      {mayWrite && own && (
        <>
          <Menu
            label="More"
            trigger={
              <Button aria-label="More" icon={<Ellipsis aria-hidden className="size-4" />} className="w-9 px-0" />
            }
          >
            <MenuItem onSelect={() => set({ dialog: 'edit' })}>
              <Pencil aria-hidden className="size-4" /> Change
            </MenuItem>
            <MenuItem danger onSelect={() => set({ dialog: 'archive' })}>
              <Archive aria-hidden className="size-4" /> Archive
            </MenuItem>
          </Menu>
          <EditRepository repository={repository} open={dialog === 'edit'} onClose={close} />
          <ArchiveRepository repository={repository} open={dialog === 'archive'} onClose={close} />
        </>
      )}
      {mayWrite && <TestRepository repository={repository} open={testing} onClose={() => setTesting(false)} />}
    </>
  )
}

/** What is unusual about it. */
function WhatItIs({ repository: { type, archivedAt } }: { repository: Item }) {
  if (archivedAt !== null) {
    return (
      <Notice tone="info" title="This repository is archived">
        Nothing backs up to it since <When at={archivedAt} show="both" />. Its files are where they were.
      </Notice>
    )
  }
  if (canOpen(type)) return null
  return (
    <Notice tone="warning" title={`This version of Holdfast can't use ${sayType(type)} yet`}>
      The configuration names this storage, but nothing is backed up to it, and nothing in it is known. Let schedules
      use a repository in a folder until then.
    </Notice>
  )
}

function Settings({ repository }: { repository: Item }) {
  const may = useMay()
  const { type, location, engineId, secretSource, settings, createdAt } = repository
  const fromDocument = settings.origin === 'document'
  return (
    <Card title="Settings">
      <Facts
        items={[
          ['Kind', sayType(type)],
          ['Place', <FileName key="place" name={location} wrap />],
          ['Key', <FileName key="key" name={saySecret(secretSource)} wrap className="font-sans" />],
          ['Compression', settings.compression ?? 'as the configuration says'],
          [
            'Keep snapshots',
            settings.retentionDays === undefined
              ? 'no limit of its own'
              : `${settings.retentionDays} d (no effect yet)`,
          ],
          ['Id', engineId === null ? 'not opened yet' : <FileName key="id" name={engineId} wrap />],
          ['Known since', <When key="since" at={createdAt} show="both" />],
        ]}
      />
      {fromDocument && (
        <p className="mt-3 text-muted">
          It is part of the configuration, and is changed there
          {may('settings.read') ? (
            <>
              :{' '}
              <TextLink href="/settings" className="underline">
                Settings
              </TextLink>
              .
            </>
          ) : (
            '.'
          )}
        </p>
      )}
    </Card>
  )
}
