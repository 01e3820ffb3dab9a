'use client'
// A secret that is shown this once: to copy or to save, with a word on when it ends.
import { Download } from 'lucide-react'
import type { ReactNode } from 'react'
import { Button } from '../ui/button.tsx'
import { CopyButton } from './copy.tsx'
import { Notice } from './query.tsx'
import { saveText } from './save-text.ts'

export function ShownOnce({
  label,
  text,
  children,
  fileName,
}: {
  /** What it is, e.g. "The link". */
  label: string
  text: string
  /** What to do with it, and how long it is good. */
  children: ReactNode
  /** Offers to save it under this name. */
  fileName?: string
}) {
  return (
    <div className="flex flex-col gap-3">
      <Notice tone="warning" title={`${label} is shown only now`}>
        {children}
      </Notice>
      <div className="flex items-start gap-2 rounded-md border bg-sunken p-2 pl-3">
        {/* Marked whole by one click, where the browser gives no clipboard. */}
        <output
          aria-label={label}
          className="min-w-0 flex-1 py-1 font-mono text-sm whitespace-pre-wrap break-all select-all"
        >
          {text}
        </output>
        <CopyButton text={text} label={`Copy: ${label}`} />
      </div>
      {fileName !== undefined && (
        <div>
          <Button icon={<Download aria-hidden className="size-4" />} onClick={() => saveText(fileName, `${text}\n`)}>
            Save as a file
          </Button>
        </div>
      )}
    </div>
  )
}
