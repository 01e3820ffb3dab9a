// The console around its pages: navigation, search, notifications, and whether the server answers.
import type { ReactNode } from 'react'
import { LiveProvider } from '#components/data/live.tsx'
import { DataProvider } from '#components/data/provider.tsx'
import { pageCall } from '#components/data/server.tsx'
import { ViewerProvider } from '#components/data/viewer.tsx'
import { Shell } from '#components/features/shell/shell.tsx'

export default function ConsoleLayout({ children }: { children: ReactNode }) {
  const { viewer, version } = pageCall()
  return (
    <DataProvider>
      <ViewerProvider viewer={viewer}>
        <LiveProvider>
          <Shell version={version}>{children}</Shell>
        </LiveProvider>
      </ViewerProvider>
    </DataProvider>
  )
}
