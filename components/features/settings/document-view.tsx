'use client'
// The configuration as the document that it is: edited as JSON with comments, taken in from a file, and given out as one.
import { useMutation, useQuery } from '@tanstack/react-query'
import { Download, FileUp } from 'lucide-react'
import { useRef, useState } from 'react'
import { configCheckLine } from '#server/contract/cli-lines.ts'
import { useTRPC, useTRPCClient } from '../../data/provider.tsx'
import { useMay } from '../../data/viewer.tsx'
import { CommandLine, CopyButton } from '../../patterns/copy.tsx'
import { Field } from '../../patterns/field.tsx'
import { Fetched, Notice, sayError } from '../../patterns/query.tsx'
import { saveFile } from '../../patterns/save-file.ts'
import { giveUp } from '../../patterns/unsaved.ts'
import { Button } from '../../ui/button.tsx'
import { TextArea } from '../../ui/controls.tsx'
import { Card } from '../../ui/surfaces.tsx'
import type { Problem } from './form-context.ts'
import { Frame } from './frame.tsx'
import { Problems } from './problems.tsx'
import { Review } from './review.tsx'
import { textDraft } from './unsaved.ts'

type Export = { readonly version: number; readonly name: string; readonly text: string }

export function DocumentView() {
  const trpc = useTRPC()
  const current = useQuery(trpc.settings.current.queryOptions())
  const exported = useQuery(trpc.settings.export.queryOptions({}))
  return (
    <Frame
      tab="/settings/document"
      current={current.data}
      actions={exported.data && <ExportButton file={exported.data} />}
    >
      <Fetched query={exported}>{(file) => <Editor file={file} />}</Fetched>
    </Frame>
  )
}

export function ExportButton({ file }: { file: Export }) {
  const save = (): void => saveFile(new Blob([file.text], { type: 'application/json' }), file.name)
  return (
    <Button icon={<Download aria-hidden className="size-4" />} onClick={save}>
      Export version {file.version}
    </Button>
  )
}

function Editor({ file }: { file: Export }) {
  const trpc = useTRPC()
  const client = useTRPCClient()
  const mayWrite = useMay()('settings.write')
  const begun = textDraft.use()
  const [reviewing, setReviewing] = useState(false)
  const check = useMutation(trpc.settings.check.mutationOptions())
  const area = useRef<HTMLTextAreaElement>(null)
  const text = begun?.text ?? file.text
  const write = (next: string, name?: string): void => {
    textDraft.set({ version: begun?.version ?? file.version, text: next, ...(name !== undefined && { name }) })
    check.reset()
  }
  const go = ({ line }: Problem): void => {
    setReviewing(false)
    setTimeout(() => area.current && toLine(area.current, line ?? 1), 50)
  }
  const review = (): void => {
    check.mutate({ text })
    setReviewing(true)
  }
  const outdated = begun !== undefined && begun.version < file.version
  return (
    <>
      {outdated && (
        <Notice
          tone="warning"
          title={`Meanwhile version ${file.version} was saved`}
          actions={
            <>
              <CopyButton text={text} label="Copy my text" />
              <Button onClick={() => textDraft.set({ ...begun, version: file.version })}>Save mine in its place</Button>
            </>
          }
        >
          Your text was begun on version {begun.version}. The review shows all that it changes, what the other version
          brought included.
        </Notice>
      )}
      {check.data && !reviewing && <Problems problems={check.data.problems} go={go} />}
      {check.data?.problems.length === 0 && !reviewing && (
        <Notice tone="ok" title="It could be saved like this">
          {check.data.differences.length === 0 ? 'Nothing would change.' : 'The review shows what would change.'}
        </Notice>
      )}
      {check.isError && (
        <Notice tone="failed" title="It could not be checked">
          {sayError(check.error)}
        </Notice>
      )}
      <Card title={begun?.name ?? file.name} actions={mayWrite && <FileButton onText={write} />}>
        <Field
          label="The document, JSON with comments"
          hint="Secrets are never part of it: it names environment variables. Comments are not kept."
        >
          <TextArea
            ref={area}
            rows={28}
            spellCheck={false}
            readOnly={!mayWrite}
            value={text}
            onChange={(event) => write(event.target.value)}
          />
        </Field>
        <div className="mt-3 flex flex-wrap justify-end gap-2">
          {begun !== undefined && <Button onClick={() => giveUp(textDraft)}>Give the changes up</Button>}
          <Button disabled={check.isPending} onClick={() => check.mutate({ text })}>
            Check it
          </Button>
          {mayWrite && (
            <Button look="primary" disabled={begun === undefined} onClick={review}>
              Review and save
            </Button>
          )}
        </div>
      </Card>
      <CommandLine line={configCheckLine(file.name)} />
      <Review
        open={reviewing}
        onClose={() => setReviewing(false)}
        title="Save the configuration"
        verb="Save as a new version"
        checked={check.data}
        go={go}
        save={(reason) =>
          client.settings.import.mutate({
            text,
            reason,
            expectedVersion: begun?.version ?? file.version,
            ...(begun?.name !== undefined && { name: begun.name }),
          })
        }
        onSaved={() => textDraft.set(undefined)}
      />
    </>
  )
}

/** Takes the text of a file of the viewer; nothing is saved by that. */
function FileButton({ onText }: { onText(text: string, name: string): void }) {
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <input
        ref={input}
        type="file"
        accept=".json,.jsonc,application/json"
        aria-label="A configuration file"
        className="hidden"
        onChange={async (event) => {
          const chosen = event.target.files?.[0]
          event.target.value = ''
          if (chosen !== undefined) onText(await chosen.text(), chosen.name)
        }}
      />
      <Button size="small" icon={<FileUp aria-hidden className="size-3.5" />} onClick={() => input.current?.click()}>
        Take in a file
      </Button>
    </>
  )
}

/** Marks a line of a text area, and scrolls to it. */
function toLine(area: HTMLTextAreaElement, line: number): void {
  const lines = area.value.split('\n')
  const start = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0)
  area.focus()
  area.setSelectionRange(start, start + (lines[line - 1]?.length ?? 0))
  area.scrollTop = (area.scrollHeight / lines.length) * Math.max(0, line - 5)
}
