'use client'
// Who looks at the console, and what they may do: what somebody may not do is not offered to them.
import { createContext, type ReactNode, useContext, useMemo } from 'react'
import type { Viewer } from '#server/contract/page-call.ts'
import type { Permission } from '#server/contract/permissions.ts'

const ViewerContext = createContext<Viewer | null>(null)

export function ViewerProvider({ viewer, children }: { viewer: Viewer; children: ReactNode }) {
  return <ViewerContext.Provider value={viewer}>{children}</ViewerContext.Provider>
}

export function useViewer(): Viewer {
  const viewer = useContext(ViewerContext)
  if (viewer === null) throw new Error('useViewer is for pages inside of the console layout')
  return viewer
}

/** @returns whether the viewer has a permission, or one of several */
export function useMay(): (...needed: readonly Permission[]) => boolean {
  const { permissions } = useViewer()
  return useMemo(() => {
    const held = new Set(permissions)
    return (...needed) => needed.some((each) => held.has(each))
  }, [permissions])
}

/** Shows what is in it to those who have the permission. */
export function IfMay({ need, children }: { need: Permission; children: ReactNode }) {
  return useMay()(need) ? children : null
}
