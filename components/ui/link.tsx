'use client'
// A link within the console. It stays where it is while the server is away.
import NextLink from 'next/link'
import type { ComponentProps } from 'react'
import { leaves } from './leave.ts'
import { OnTheWay } from './on-the-way.tsx'

/** Pages are rendered for each viewer, so they are not fetched before they are wanted. */
export function Link({
  href,
  children,
  onNavigate,
  ...rest
}: Omit<ComponentProps<typeof NextLink>, 'href' | 'prefetch'> & { href: string }) {
  return (
    <NextLink
      href={href as never}
      prefetch={false}
      onNavigate={(event) => {
        if (leaves()) onNavigate?.(event)
        else event.preventDefault()
      }}
      {...rest}
    >
      {children}
      <OnTheWay />
    </NextLink>
  )
}
