'use client'
// Takes another folder for the repository: tested first, then written into the configuration, where the repository is made from.
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTRPC } from '../../data/provider.tsx'
import { useAction } from '../../patterns/action.tsx'
import { Field } from '../../patterns/field.tsx'
import { FolderBrowser } from '../../patterns/folder-picker.tsx'
import { ProbeResult } from '../../patterns/probe-result.tsx'
import { Notice, sayError } from '../../patterns/query.tsx'
import { Button } from '../../ui/button.tsx'
import { Input } from '../../ui/controls.tsx'

export function MovePlace({ location, onDone }: { location: string; onDone(): void }) {
  const trpc = useTRPC()
  const [path, setPath] = useState('')
  const settings = useQuery(trpc.settings.current.queryOptions())
  const probe = useAction(trpc.repositories.test.mutationOptions(), { quiet: true })
  const update = useAction(trpc.settings.update.mutationOptions(), {
    touches: ['settings', 'repositories', 'setup', 'recoveryKit'],
    says: 'Backups go to the new folder',
    quiet: true,
    after: onDone,
  })
  const wanted = path.length > 1 ? path.trim().replace(/\/+$/, '') : path.trim()
  const usable = wanted.startsWith('/') && wanted !== '/' && wanted !== location
  const tested =
    probe.data?.ok === true &&
    probe.variables !== undefined &&
    'location' in probe.variables &&
    probe.variables.location === wanted
  const take = (): void => {
    if (settings.data === undefined) return
    const { document, version } = settings.data
    const local = { ...document.storage?.local, path: wanted }
    update.mutate({
      document: { ...document, storage: { type: 'local', ...document.storage, local } },
      reason: 'First steps: another folder for the backups',
      expectedVersion: version,
    })
  }
  return (
    <div className="flex flex-col gap-3 rounded-md border bg-bg p-4">
      <Field
        label="Folder for the backups"
        required
        hint="It should be empty, or hold a repository made with this key. A folder that is not there yet is made."
        error={path !== '' && !usable ? 'Give an absolute path, another one than now' : undefined}
      >
        <Input
          className="font-mono text-sm"
          autoComplete="off"
          spellCheck={false}
          placeholder="/mnt/backups"
          value={path}
          onChange={(event) => setPath(event.target.value)}
        />
      </Field>
      <FolderBrowser verb="Choose" chosen={[wanted]} onChoose={setPath} />
      {update.error && (
        <Notice tone="failed" title="The folder was not taken">
          {sayError(update.error)}
        </Notice>
      )}
      <ProbeResult probe={probe.data} error={probe.error} />
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onDone}>Keep the folder of now</Button>
        <Button disabled={!usable || probe.isPending} onClick={() => probe.mutate({ location: wanted })}>
          Test this folder
        </Button>
        <Button look="primary" disabled={!tested || update.isPending || settings.data === undefined} onClick={take}>
          Use this folder
        </Button>
      </div>
    </div>
  )
}
