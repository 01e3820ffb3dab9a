// The console around its pages: navigation, search, notifications, and whether the server answers.
import type { ReactNode } from 'react'
import { ClockProvider } from '#components/data/clock.tsx'
import { LiveProvider } from '#components/data/live.tsx'
import { DataProvider } from '#components/data/provider.tsx'
import { pageCall } from '#components/data/server.tsx'
import { ViewerProvider } from '#components/data/viewer.tsx'
import { viewersZone } from '#components/data/zone-server.ts'
import { Shell } from '#components/features/shell/shell.tsx'

export default async function ConsoleLayout({ children }: { children: ReactNode }) {
  const { viewer, version, build, since } = pageCall()
  return (
    <ClockProvider at={Date.now()} zone={await viewersZone()}>
      <DataProvider build={build}>
        <ViewerProvider viewer={viewer}>
          <LiveProvider since={since}>
            <Shell version={version}>{children}</Shell>
          </LiveProvider>
        </ViewerProvider>
      </DataProvider>
    </ClockProvider>
  )
}
