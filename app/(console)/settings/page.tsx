// The configuration as forms. The schema stays on the server: what the forms need of it is sent along as plain data.
import type { Metadata } from 'next'
import { Prefetched } from '#components/data/server.tsx'
import { inOrder } from '#components/features/settings/order.ts'
import { Settings } from '#components/features/settings/settings.tsx'
import { describeDocument } from '#server/contract/config/describe.ts'

export const metadata: Metadata = { title: 'Settings' }

export default function SettingsPage() {
  return (
    <Prefetched fetch={({ trpc, queryClient }) => [queryClient.prefetchQuery(trpc.settings.current.queryOptions())]}>
      <Settings sections={inOrder(describeDocument())} />
    </Prefetched>
  )
}
