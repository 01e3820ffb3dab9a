// Tabs that are links: which one is open stands in the address.
import { Link } from './button.tsx'
import { classNames } from './class-names.ts'

export function Tabs({
  label,
  items,
  current,
}: {
  label: string
  items: readonly { readonly href: string; readonly label: string; readonly count?: number; readonly note?: string }[]
  /** The href of the open one. */
  current: string
}) {
  return (
    // The line beneath the open one lies over the border, a pixel beyond the list: that is nothing to scroll for.
    <nav aria-label={label} className="flex gap-1 overflow-x-auto overflow-y-hidden border-b">
      {items.map((item) => (
        <Link
          key={item.href}
          href={item.href}
          aria-current={item.href === current ? 'page' : undefined}
          className={classNames(
            '-mb-px border-b-2 px-3 py-2 whitespace-nowrap no-underline',
            item.href === current
              ? 'border-accent font-medium text-text'
              : 'border-transparent text-muted hover:text-text',
          )}
        >
          {item.label}
          {item.note !== undefined && <span className="ml-1.5 text-xs text-warning">{item.note}</span>}
          {item.count !== undefined && <span className="ml-1.5 text-muted">{item.count}</span>}
        </Link>
      ))}
    </nav>
  )
}
