'use client'
// Permissions to tick, by what they are about; a whole group by its head.
import { type Permission, permissionTable } from '#server/contract/permissions.ts'
import { Field } from '../../patterns/field.tsx'
import type { PermissionGroup } from '../../patterns/role-words.ts'
import { Checkbox } from '../../ui/controls.tsx'

export function PermissionChoice({
  groups,
  chosen,
  onChange,
}: {
  groups: readonly PermissionGroup[]
  chosen: ReadonlySet<Permission>
  onChange(chosen: ReadonlySet<Permission>): void
}) {
  const set = (some: readonly Permission[], on: boolean): void => {
    const next = new Set(chosen)
    for (const each of some) {
      if (on) next.add(each)
      else next.delete(each)
    }
    onChange(next)
  }
  return (
    <div className="grid gap-3 sm:grid-cols-2">
      {groups.map((group) => {
        const taken = group.permissions.filter((each) => chosen.has(each)).length
        const all = taken === group.permissions.length
        return (
          <fieldset key={group.label} className="rounded-md border bg-surface px-3 py-2">
            <legend className="sr-only">{group.label}</legend>
            <Field label={<span className="font-semibold">{group.label}</span>} inline>
              <Checkbox
                aria-label={`All of: ${group.label}`}
                checked={all ? true : taken > 0 ? 'indeterminate' : false}
                onCheckedChange={() => set(group.permissions, !all)}
              />
            </Field>
            <div className="mt-2 flex flex-col gap-1.5 border-t pt-2">
              {group.permissions.map((permission) => (
                <Field key={permission} label={permissionTable[permission].meaning} inline>
                  <Checkbox checked={chosen.has(permission)} onCheckedChange={(on) => set([permission], on === true)} />
                </Field>
              ))}
            </div>
          </fieldset>
        )
      })}
    </div>
  )
}
