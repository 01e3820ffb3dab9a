// The configuration as a document.
import type { Metadata } from 'next'
import { Prefetched } from '#components/data/server.tsx'
import { DocumentView } from '#components/features/settings/document-view.tsx'

export const metadata: Metadata = { title: 'Settings: document' }

export default function SettingsDocumentPage() {
  return (
    <Prefetched
      fetch={({ trpc, queryClient }) => [
        queryClient.prefetchQuery(trpc.settings.current.queryOptions()),
        queryClient.prefetchQuery(trpc.settings.export.queryOptions({})),
      ]}
    >
      <DocumentView />
    </Prefetched>
  )
}
