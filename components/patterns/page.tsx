// What every page is made of: its header, and what it shows when there is nothing.
import { Inbox } from 'lucide-react'
import type { ReactNode } from 'react'
import { Link } from '../ui/button.tsx'

export function PageHeader({
  title,
  lead,
  actions,
  trail,
}: {
  title: ReactNode
  /** A line on what the page is about or says. */
  lead?: ReactNode
  actions?: ReactNode
  /** Pages above this one. */
  trail?: readonly { readonly href: string; readonly label: ReactNode }[]
}) {
  return (
    <header className="mb-4 flex flex-wrap items-end justify-between gap-x-6 gap-y-3">
      <div className="min-w-0 flex-1 basis-72">
        {trail !== undefined && (
          <nav aria-label="Breadcrumb" className="mb-1 flex flex-wrap gap-1 text-sm text-muted">
            {trail.map(({ href, label }, at) => (
              <span key={href} className="flex min-w-0 gap-1">
                {at > 0 && <span aria-hidden>/</span>}
                <Link href={href} className="max-w-60 truncate underline-offset-2 hover:underline">
                  {label}
                </Link>
              </span>
            ))}
          </nav>
        )}
        <h1 className="text-xl font-semibold break-words">{title}</h1>
        {lead !== undefined && <div className="mt-0.5 text-muted">{lead}</div>}
      </div>
      {actions !== undefined && <div className="flex flex-wrap gap-2">{actions}</div>}
    </header>
  )
}

/** Says why there is nothing, and what to do next. */
export function EmptyState({
  title,
  children,
  action,
  icon,
  page,
}: {
  title: string
  children?: ReactNode
  action?: ReactNode
  icon?: ReactNode
  /** It is all that the page has: its title is the page's heading. */
  page?: boolean
}) {
  const Title = page ? 'h1' : 'p'
  return (
    <div className="flex flex-col items-center gap-2 px-6 py-12 text-center">
      <div aria-hidden className="text-muted [&>svg]:size-7">
        {icon ?? <Inbox />}
      </div>
      <Title className="font-semibold">{title}</Title>
      {children !== undefined && <div className="max-w-md text-muted">{children}</div>}
      {action !== undefined && <div className="mt-2 flex gap-2">{action}</div>}
    </div>
  )
}
