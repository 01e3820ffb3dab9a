'use client'
// Text to take along: a button that copies, and the command line that does the same as the page.
import { Check, Copy, Terminal } from 'lucide-react'
import { useEffect, useState } from 'react'
import { IconButton } from '../ui/button.tsx'
import { classNames } from '../ui/class-names.ts'

export function CopyButton({ text, label = 'Copy' }: { text: string; label?: string }) {
  const [state, setState] = useState<'idle' | 'copied' | 'failed'>('idle')
  useEffect(() => {
    if (state === 'idle') return
    const timer = setTimeout(() => setState('idle'), 2000)
    return () => clearTimeout(timer)
  }, [state])
  const copy = (): void => {
    // Without TLS browsers give pages no clipboard; then the text has to be marked by hand.
    const writing = navigator.clipboard?.writeText(text) ?? Promise.reject(new Error('no clipboard'))
    writing.then(
      () => setState('copied'),
      () => setState('failed'),
    )
  }
  const words = {
    idle: label,
    copied: 'Copied',
    failed: 'The browser gives no clipboard here: mark the text and copy it',
  }
  return (
    <>
      <IconButton label={words[state]} onClick={copy}>
        {state === 'copied' ? (
          <Check aria-hidden className="size-4 text-ok" />
        ) : (
          <Copy aria-hidden className="size-4" />
        )}
      </IconButton>
      <span role="status" className="sr-only">
        {state === 'idle' ? '' : words[state]}
      </span>
    </>
  )
}

/** The holdfast command that does the same, to copy. */
export function CommandLine({ line, className }: { line: string; className?: string }) {
  return (
    <div className={classNames('flex items-center gap-2 rounded-md border bg-sunken py-0.5 pr-1 pl-3', className)}>
      <Terminal aria-hidden className="size-4 shrink-0 text-muted" />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long one scrolls, which a keyboard must be able to do */}
      <code tabIndex={0} className="min-w-0 flex-1 overflow-x-auto py-1.5 font-mono text-sm whitespace-pre">
        {line}
      </code>
      <CopyButton text={line} label="Copy the command" />
    </div>
  )
}
