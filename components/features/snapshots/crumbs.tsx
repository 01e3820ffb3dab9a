// The way to a folder: every folder on it is a link.
import { FileName } from '../../patterns/file-name.tsx'
import { filesHref, lastName, type Place, TOP, wayTo } from '../../patterns/places.ts'
import { TextLink } from '../../ui/button.tsx'

export function Crumbs({ id, place }: { id: string; place: Place }) {
  const way = wayTo(place)
  return (
    <nav aria-label="Folders" className="min-w-0 flex-1 basis-72">
      <ol className="flex flex-wrap items-center gap-x-1">
        <li>
          <TextLink
            href={filesHref(id, TOP)}
            aria-current={way.length === 0 ? 'page' : undefined}
            aria-label="Top of the snapshot"
            className="inline-block min-w-6 px-1 font-mono leading-6"
          >
            /
          </TextLink>
        </li>
        {way.map((folder, at) => {
          const { name, nameBytes } = lastName(folder)
          return (
            <li key={folder.bytes ?? folder.path} className="flex min-w-0 max-w-full items-center gap-1">
              <TextLink
                href={filesHref(id, folder)}
                aria-current={at === way.length - 1 ? 'page' : undefined}
                className="flex min-h-6 max-w-64 min-w-6 items-center aria-[current=page]:font-semibold aria-[current=page]:text-text"
              >
                <FileName name={name} bytes={nameBytes} />
              </TextLink>
              {at < way.length - 1 && (
                <span aria-hidden className="text-muted">
                  /
                </span>
              )}
            </li>
          )
        })}
      </ol>
    </nav>
  )
}
