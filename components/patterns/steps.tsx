// The head of a wizard: which steps there are, and which one this is.
import { classNames } from '../ui/class-names.ts'

export function Steps({
  steps,
  current,
  onGo,
}: {
  steps: readonly string[]
  /** From 0. */
  current: number
  /** Goes back to a step that was done. */
  onGo?(step: number): void
}) {
  return (
    <ol className="mb-5 flex flex-wrap gap-x-1 gap-y-2">
      {steps.map((step, at) => (
        <li key={step} className="flex items-center gap-1">
          <button
            type="button"
            disabled={at >= current || onGo === undefined}
            aria-current={at === current ? 'step' : undefined}
            onClick={() => onGo?.(at)}
            className={classNames(
              'flex items-center gap-2 rounded-md px-1 py-1 sm:px-2',
              at === current ? 'font-semibold' : 'text-muted',
              at < current && onGo !== undefined && 'hover:bg-sunken',
            )}
          >
            <span
              className={classNames(
                'inline-flex size-6 items-center justify-center rounded-full border text-sm',
                at === current && 'border-accent bg-accent text-accent-text',
                at < current && 'border-ok text-ok',
              )}
            >
              {at + 1}
            </span>
            <span className={at === current ? '' : 'sr-only sm:not-sr-only'}>{step}</span>
          </button>
          {at < steps.length - 1 && <span aria-hidden className="h-px w-2 bg-border sm:w-4" />}
        </li>
      ))}
    </ol>
  )
}
