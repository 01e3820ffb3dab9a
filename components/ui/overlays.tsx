'use client'
// What lies over a page: dialogs, side sheets, menus and tips. Focus is kept in them and given back; Escape closes them.
import { X } from 'lucide-react'
import { DropdownMenu, Dialog as RadixDialog, Tooltip as RadixTooltip } from 'radix-ui'
import { type ComponentProps, type ReactNode, useRef } from 'react'
import { IconButton } from './button.tsx'
import { classNames } from './class-names.ts'

type DialogProps = {
  open: boolean
  onOpenChange(open: boolean): void
  title: string
  description?: ReactNode
  children: ReactNode
  /** `side`: along the right edge, for what is looked at beside the page. */
  place?: 'middle' | 'side' | 'left'
  wide?: boolean
  /** It holds what is shown only once: only its own buttons close it, no click beside it and no Escape. */
  mustAnswer?: boolean
}

/** What had the focus when a dialog opened. For an entry of a menu, which is gone by then: the button of the menu. */
function openerOf(element: Element | null): HTMLElement | null {
  const menu = element?.closest('[role="menu"]')
  const button = menu && document.getElementById(menu.getAttribute('aria-labelledby') ?? '')
  const opener = button ?? element
  return opener instanceof HTMLElement ? opener : null
}

const refuse = (event: Event): void => event.preventDefault()

const places: Readonly<Record<NonNullable<DialogProps['place']>, string>> = {
  middle: 'left-1/2 top-[8vh] max-h-[84vh] w-[calc(100vw-2rem)] -translate-x-1/2 rounded-lg border',
  side: 'right-0 top-0 h-dvh w-full border-l',
  left: 'left-0 top-0 h-dvh w-72 max-w-[85vw] border-r',
}

export function Dialog(props: DialogProps) {
  const { open, onOpenChange, title, description, children, place = 'middle', wide, mustAnswer } = props
  const opener = useRef<HTMLElement | null>(null)
  return (
    <RadixDialog.Root open={open} onOpenChange={onOpenChange}>
      <RadixDialog.Portal>
        <RadixDialog.Overlay data-veil className="fixed inset-0 z-40 bg-veil" />
        <RadixDialog.Content
          {...(description === undefined ? { 'aria-describedby': undefined } : {})}
          onOpenAutoFocus={() => {
            opener.current = openerOf(document.activeElement)
          }}
          // Radix gives the focus back to triggers of its own alone, and these dialogs are opened by any button.
          onCloseAutoFocus={(event) => {
            event.preventDefault()
            opener.current?.focus()
          }}
          {...(mustAnswer ? { onEscapeKeyDown: refuse, onInteractOutside: refuse } : {})}
          className={classNames(
            'fixed z-50 flex flex-col overflow-hidden bg-raised shadow-pop',
            places[place],
            place !== 'left' && (wide ? 'max-w-4xl' : 'max-w-xl'),
          )}
        >
          <div className="flex items-start justify-between gap-4 border-b py-3 pr-14 pl-5">
            <div className="min-w-0">
              <RadixDialog.Title className="text-lg font-semibold break-words">{title}</RadixDialog.Title>
              {description !== undefined && (
                <RadixDialog.Description className="mt-0.5 text-muted">{description}</RadixDialog.Description>
              )}
            </div>
          </div>
          <div className="min-h-0 flex-1 overflow-y-auto px-5 py-4">{children}</div>
          {/* Last, so that the focus begins at what the dialog is for. */}
          {!mustAnswer && (
            <RadixDialog.Close asChild>
              <IconButton label="Close" className="absolute top-2 right-3">
                <X aria-hidden className="size-4" />
              </IconButton>
            </RadixDialog.Close>
          )}
        </RadixDialog.Content>
      </RadixDialog.Portal>
    </RadixDialog.Root>
  )
}

/** The buttons at the end of a dialog or form; the one that acts comes last. */
export const DialogActions = ({ children }: { children: ReactNode }) => (
  <div className="mt-5 flex flex-wrap justify-end gap-2">{children}</div>
)

export function Menu({ trigger, children, label }: { trigger: ReactNode; children: ReactNode; label: string }) {
  return (
    // The rest of the page stays open to readers: hidden, it would still hold what can have the focus.
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          aria-label={label}
          align="end"
          sideOffset={4}
          className="z-50 min-w-44 rounded-md border bg-raised p-1 shadow-pop"
        >
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}

export function MenuItem({
  className,
  danger,
  ...rest
}: ComponentProps<typeof DropdownMenu.Item> & { danger?: boolean }) {
  return (
    <DropdownMenu.Item
      className={classNames(
        'flex cursor-pointer items-center gap-2 rounded-sm px-2 py-1.5 outline-none data-[disabled]:cursor-not-allowed data-[disabled]:opacity-50 data-[highlighted]:bg-sunken',
        danger && 'text-failed',
        className,
      )}
      {...rest}
    />
  )
}

/** A word or two on what is under the pointer or has the focus; nothing that only stands there. */
export function Tip({ text, children }: { text: ReactNode; children: ReactNode }) {
  return (
    <RadixTooltip.Provider delayDuration={200}>
      <RadixTooltip.Root>
        <RadixTooltip.Trigger asChild>{children}</RadixTooltip.Trigger>
        <RadixTooltip.Portal>
          <RadixTooltip.Content
            sideOffset={4}
            className="z-50 max-w-80 rounded-md border bg-raised px-2 py-1 text-sm shadow-pop"
          >
            {text}
          </RadixTooltip.Content>
        </RadixTooltip.Portal>
      </RadixTooltip.Root>
    </RadixTooltip.Provider>
  )
}
