// An address within the console that leads nowhere.
import { Compass } from 'lucide-react'
import { EmptyState } from '#components/patterns/page.tsx'
import { ButtonLink } from '#components/ui/button.tsx'

export default function NotFound() {
  return (
    <div className="py-12">
      <EmptyState
        page
        icon={<Compass />}
        title="There is no such page"
        action={
          <ButtonLink look="primary" href="/">
            Go to the overview
          </ButtonLink>
        }
      >
        The address may be mistyped, or what it named was removed.
      </EmptyState>
    </div>
  )
}
