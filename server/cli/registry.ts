// The commands by name. A module is loaded only when its command runs: the start counts.
import type { Command } from './command.ts'

type Listed = { readonly summary: string; readonly load: () => Promise<{ readonly command: Command }> }

export const commands: Readonly<Record<string, Listed>> = {
  init: { summary: 'make a repository', load: () => import('./commands/init.ts') },
  backup: { summary: 'back up files and folders', load: () => import('./commands/backup.ts') },
  snapshots: { summary: 'list the snapshots', load: () => import('./commands/snapshots.ts') },
  ls: { summary: 'list what is in a snapshot', load: () => import('./commands/ls.ts') },
  find: { summary: 'find files in all snapshots', load: () => import('./commands/find.ts') },
  diff: { summary: 'show what changed between two snapshots', load: () => import('./commands/diff.ts') },
  restore: { summary: 'restore a snapshot or a part of it', load: () => import('./commands/restore.ts') },
  verify: { summary: 'check that everything can be restored', load: () => import('./commands/verify.ts') },
  key: { summary: 'list, add, remove and change key slots', load: () => import('./commands/key.ts') },
  'rebuild-index': { summary: 'make a lost or damaged index anew', load: () => import('./commands/rebuild-index.ts') },
  audit: { summary: 'check the audit trail', load: () => import('./commands/audit.ts') },
  catalog: { summary: "make the catalog's snapshots anew", load: () => import('./commands/catalog.ts') },
  config: { summary: 'check a configuration file', load: () => import('./commands/config.ts') },
}
