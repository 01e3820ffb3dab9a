'use client'
// What can be done with the folder that is open: restore it, or save it as one file.
import { MoreHorizontal } from 'lucide-react'
import { useMay } from '../../data/viewer.tsx'
import { downloadHref, isTop, type Place, restoreHref } from '../../patterns/places.ts'
import { IconButton } from '../../ui/button.tsx'
import { useGo } from '../../ui/leave.ts'
import { Menu, MenuItem } from '../../ui/overlays.tsx'

export function FolderMenu({ id, place }: { id: string; place: Place }) {
  const go = useGo()
  const may = useMay()
  const whole = isTop(place) ? 'the snapshot' : 'this folder'
  if (!may('restores.start', 'snapshots.download')) return null
  return (
    <Menu
      label="This folder"
      trigger={
        <IconButton label="This folder">
          <MoreHorizontal aria-hidden className="size-4" />
        </IconButton>
      }
    >
      {may('restores.start') && <MenuItem onSelect={() => go(restoreHref(id, place))}>Restore {whole}</MenuItem>}
      {may('snapshots.download') && (
        <>
          <MenuItem asChild>
            <a href={downloadHref(id, place, 'zip')} download className="no-underline">
              Download {whole} as zip
            </a>
          </MenuItem>
          <MenuItem asChild>
            <a href={downloadHref(id, place, 'tar')} download className="no-underline">
              Download {whole} as tar
            </a>
          </MenuItem>
        </>
      )}
    </Menu>
  )
}
