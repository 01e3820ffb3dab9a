// Buttons, and links that look like them. One of a page is `primary`; what destroys is `danger`.
import type { ComponentProps, ReactNode } from 'react'
import { classNames } from './class-names.ts'
import { Link } from './link.tsx'

export { Link }

type Look = 'primary' | 'plain' | 'quiet' | 'danger'
type Size = 'small' | 'normal'

const looks: Readonly<Record<Look, string>> = {
  primary: 'bg-accent text-accent-text border-transparent hover:opacity-90',
  plain: 'bg-surface text-text border-border hover:bg-sunken',
  quiet: 'bg-transparent text-text border-transparent hover:bg-sunken',
  danger: 'bg-surface text-failed border-failed hover:bg-failed-soft',
}
const sizes: Readonly<Record<Size, string>> = {
  small: 'h-7 px-2 text-sm gap-1.5',
  normal: 'h-9 px-3 gap-2',
}

const classesOf = (look: Look, size: Size, more: string | undefined): string =>
  classNames(
    'inline-flex shrink-0 items-center justify-center rounded-md border font-medium whitespace-nowrap no-underline transition-colors',
    'disabled:opacity-50 disabled:cursor-not-allowed',
    looks[look],
    sizes[size],
    more,
  )

type Common = { look?: Look; size?: Size; icon?: ReactNode }

export function Button({
  look = 'plain',
  size = 'normal',
  icon,
  className,
  children,
  type = 'button',
  ...rest
}: ComponentProps<'button'> & Common) {
  return (
    <button type={type} className={classesOf(look, size, className)} {...rest}>
      {icon}
      {children}
    </button>
  )
}

export function ButtonLink({
  look = 'plain',
  size = 'normal',
  icon,
  className,
  children,
  ...rest
}: ComponentProps<typeof Link> & Common) {
  return (
    <Link className={classesOf(look, size, className)} {...rest}>
      {icon}
      {children}
    </Link>
  )
}

/** Leads out of the pages: for what the browser saves. */
export function ButtonAnchor({
  look = 'plain',
  size = 'normal',
  icon,
  className,
  children,
  ...rest
}: ComponentProps<'a'> & Common) {
  return (
    <a className={classesOf(look, size, className)} {...rest}>
      {icon}
      {children}
    </a>
  )
}

/** A link in running text or a table. */
export const TextLink = ({ className, ...rest }: ComponentProps<typeof Link>) => (
  <Link className={classNames('text-accent underline-offset-2 hover:underline', className)} {...rest} />
)

/** A button that shows only an icon; `label` is its name. */
export function IconButton({
  label,
  children,
  className,
  ...rest
}: Omit<ComponentProps<'button'>, 'aria-label'> & { label: string }) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      className={classNames(
        'inline-flex size-8 shrink-0 items-center justify-center rounded-md text-muted hover:bg-sunken hover:text-text disabled:opacity-50',
        className,
      )}
      {...rest}
    >
      {children}
    </button>
  )
}
