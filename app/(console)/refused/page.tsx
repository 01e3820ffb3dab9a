// What somebody gets who asks for a page that their role may not see. The server has noted it.
import { ShieldX } from 'lucide-react'
import type { Metadata } from 'next'
import { EmptyState } from '#components/patterns/page.tsx'
import { ButtonLink } from '#components/ui/button.tsx'

export const metadata: Metadata = { title: 'Not for your role' }

export default function Refused() {
  return (
    <EmptyState
      page
      icon={<ShieldX />}
      title="Your role may not see this page"
      action={
        <ButtonLink look="primary" href="/">
          Go to the overview
        </ButtonLink>
      }
    >
      The attempt is in the audit trail. If you need it for your work, ask an administrator for another role.
    </EmptyState>
  )
}
