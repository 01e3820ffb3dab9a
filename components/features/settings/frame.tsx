'use client'
// The head of the pages of the configuration: which version counts, and the three ways to look at it.
import type { ReactNode } from 'react'
import { useMay } from '../../data/viewer.tsx'
import { displayName } from '../../patterns/file-name.tsx'
import { PageHeader } from '../../patterns/page.tsx'
import { Notice } from '../../patterns/query.tsx'
import { When } from '../../patterns/when.tsx'
import { Tabs } from '../../ui/tabs.tsx'
import type { Current } from './draft.ts'
import { useUnsaved } from './unsaved.ts'

const tabs = [
  { href: '/settings', label: 'Form' },
  { href: '/settings/document', label: 'Document' },
  { href: '/settings/versions', label: 'Versions' },
] as const

export function Frame({
  tab,
  current,
  actions,
  children,
}: {
  tab: (typeof tabs)[number]['href']
  current: Current | undefined
  actions?: ReactNode
  children: ReactNode
}) {
  const may = useMay()
  const unsaved = useUnsaved()
  const isUnsaved = { '/settings': unsaved.form, '/settings/document': unsaved.text, '/settings/versions': false }
  const items = tabs.map((item) => ({ ...item, ...(isUnsaved[item.href] && { note: 'unsaved' }) }))
  return (
    <>
      <PageHeader
        title="Settings"
        lead={
          current === undefined ? undefined : (
            <>
              Version {current.version}, <When at={current.at} /> by {displayName(current.actorName)}:{' '}
              {displayName(current.reason)}
            </>
          )
        }
        actions={actions}
      />
      <Tabs label="Ways to look at the configuration" items={items} current={tab} />
      <div className="mt-4 flex flex-col gap-4">
        {!may('settings.write') && <Notice>You may see the configuration, but your role may not change it.</Notice>}
        {children}
      </div>
    </>
  )
}
