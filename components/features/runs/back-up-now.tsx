'use client'
// A backup by hand: of a schedule, or of any folders to a repository.
import { useQuery } from '@tanstack/react-query'
import { Play } from 'lucide-react'
import { useState } from 'react'
import { useTRPC } from '../../data/provider.tsx'
import { useMay } from '../../data/viewer.tsx'
import { useAction } from '../../patterns/action.tsx'
import { ChoiceCards, Field } from '../../patterns/field.tsx'
import { type FolderChoice, useFolderChoice, useGoOn } from '../../patterns/folder-choice.ts'
import { FolderPicker } from '../../patterns/folder-picker.tsx'
import { EmptyState } from '../../patterns/page.tsx'
import { Fetched } from '../../patterns/query.tsx'
import { Button } from '../../ui/button.tsx'
import { Select, TextArea } from '../../ui/controls.tsx'
import { useGo } from '../../ui/leave.ts'
import { Dialog, DialogActions } from '../../ui/overlays.tsx'

type Way = 'schedule' | 'folders'

export function BackUpNow() {
  const [open, setOpen] = useState(false)
  const [way, setWay] = useState<Way>('schedule')
  return (
    <>
      <Button look="primary" icon={<Play aria-hidden className="size-4" />} onClick={() => setOpen(true)}>
        Back up now
      </Button>
      <Dialog open={open} onOpenChange={setOpen} title="Back up now">
        <div className="flex flex-col gap-4">
          <ChoiceCards
            legend="What to back up"
            name="way"
            value={way}
            onChange={(next) => setWay(next)}
            choices={[
              { value: 'schedule', label: 'A schedule', hint: 'What it always backs up, right now' },
              { value: 'folders', label: 'Folders', hint: 'Once, to a repository of your choice' },
            ]}
          />
          {way === 'schedule' ? <OfSchedule /> : <OfFolders />}
        </div>
      </Dialog>
    </>
  )
}

function useWatch() {
  const go = useGo()
  return ({ id }: { id: string }): void => go(`/runs/${id}`)
}

function OfSchedule() {
  const trpc = useTRPC()
  const query = useQuery(trpc.schedules.list.queryOptions({ limit: 200 }))
  const watch = useWatch()
  const start = useAction(trpc.schedules.runNow.mutationOptions(), { touches: ['runs', 'schedules'], after: watch })
  const [chosen, setChosen] = useState('')
  return (
    <Fetched query={query}>
      {({ items }) => {
        const id = chosen || items[0]?.id
        if (id === undefined) return <EmptyState title="There is no schedule yet">Choose folders instead.</EmptyState>
        return (
          <>
            <Field label="Schedule">
              <Select value={id} onChange={(event) => setChosen(event.target.value)}>
                {items.map((schedule) => (
                  <option key={schedule.id} value={schedule.id}>
                    {schedule.name}
                  </option>
                ))}
              </Select>
            </Field>
            <Start busy={start.isPending} onStart={() => start.mutate({ id })} />
          </>
        )
      }}
    </Fetched>
  )
}

function OfFolders() {
  const trpc = useTRPC()
  const repositories = useQuery(trpc.repositories.list.queryOptions({ limit: 200 }))
  const watch = useWatch()
  const start = useAction(trpc.runs.start.mutationOptions(), { touches: ['runs'], after: watch })
  const [paths, setPaths] = useState<readonly string[]>([])
  const folders = useFolderChoice(paths, setPaths)
  const [excludes, setExcludes] = useState('')
  const [chosen, setChosen] = useState('')
  const repositoryId = chosen || repositories.data?.items[0]?.id
  const { goOn, waits } = useGoOn(folders, () => {
    if (repositoryId === undefined) return
    const patterns = excludes.split('\n').filter((line) => line.trim() !== '')
    start.mutate({ kind: 'backup', type: 'incremental', repositoryId, paths: [...paths], excludes: patterns })
  })
  return (
    <Fetched query={repositories}>
      {({ items }) => {
        if (repositoryId === undefined) return <EmptyState title="There is no repository to back up to" />
        return (
          <>
            <Paths folders={folders} />
            <Field label="Leave out" required={false} hint="One pattern a line, as in .gitignore: *.tmp, node_modules/">
              <TextArea rows={2} value={excludes} onChange={(event) => setExcludes(event.target.value)} />
            </Field>
            <Field label="Repository">
              <Select value={repositoryId} onChange={(event) => setChosen(event.target.value)}>
                {items.map(({ id, name }) => (
                  <option key={id} value={id}>
                    {name}
                  </option>
                ))}
              </Select>
            </Field>
            <Start busy={start.isPending || paths.length === 0 || waits} onStart={goOn} />
          </>
        )
      }}
    </Fetched>
  )
}

/** Looking through the server's folders is for who may write schedules; others type the paths. */
function Paths({ folders }: { folders: FolderChoice }) {
  const may = useMay()
  const { value, onChange } = folders
  if (may('schedules.write')) return <FolderPicker label="Folders" choice={folders} />
  const take = (text: string): void => onChange(text === '' ? [] : text.split('\n'))
  return (
    <Field label="Folders" hint="One absolute path a line">
      <TextArea rows={3} value={value.join('\n')} onChange={(event) => take(event.target.value)} />
    </Field>
  )
}

const Start = ({ busy, onStart }: { busy: boolean; onStart(): void }) => (
  <DialogActions>
    <Button look="primary" disabled={busy} onClick={onStart}>
      Start the backup
    </Button>
  </DialogActions>
)
