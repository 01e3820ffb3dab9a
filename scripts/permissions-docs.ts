// Writes docs/permissions.md from the table of server/contract/permissions.ts. Run it after a change: node scripts/permissions-docs.ts
import { writeFileSync } from 'node:fs'
import { permissions, permissionTable, personal, roleHas, roles } from '../server/contract/permissions.ts'

export const permissionsFile = new URL('../docs/permissions.md', import.meta.url)

const introduction = `# Who may do what

This page is made from the table in \`server/contract/permissions.ts\` by \`node scripts/permissions-docs.ts\`; a test checks that it is current.

Everybody who signs in has one role. An API key has a part of the permissions of its owner's role, chosen when it is made; what the role loses
the key loses at once. The key of the environment (\`api.authentication.api_key_env_var\`) has those of an operator. Permissions marked with \\*
take a person: no key has them. There is no permission for the own data of others: a requester sees what he or she asked for, and nothing else.
`

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`

/** The whole page. */
export function permissionsPage(): string {
  const rows = permissions.map((permission) => {
    const mark = personal.includes(permission) ? ' \\*' : ''
    const marks = roles.map((role) => (roleHas(role, permission) ? 'yes' : ''))
    return row([`\`${permission}\`${mark}`, permissionTable[permission].meaning, ...marks])
  })
  const head = ['permission', 'to', ...roles]
  return `${introduction}\n${[row(head), row(head.map(() => '---')), ...rows].join('\n')}\n`
}

if (import.meta.main) writeFileSync(permissionsFile, permissionsPage())
