// The tasks that people come for, each as its path from the landing page: data, for the test that drives and counts them, and for docs/console.md.
import { expect, type Locator, type Page } from '@playwright/test'

/** A press of the mouse, or something typed. `says` is how the documentation names it. */
export type Step =
  | { readonly says: string; on(page: Page): Locator }
  | { readonly says: string; into(page: Page): Locator; readonly text: string }

export type Task = {
  /** As in the table of the console's design. */
  readonly number: number
  readonly what: string
  /** So many clicks it may take. */
  readonly allowed: number
  readonly path: readonly Step[]
  /** What must be there in the end. */
  sees(page: Page): Promise<void>
}

const main = (page: Page): Locator => page.getByRole('main')
const goTo = (name: string): Step => ({
  says: `**${name}** at the side`,
  on: (page) => page.getByRole('navigation', { name: 'Console' }).getByRole('link', { name, exact: true }),
})
const verdict = (page: Page): Locator => page.getByRole('region', { name: 'Verdict' })

export const tasks: readonly Task[] = [
  {
    number: 1,
    what: 'Are we safe? One verdict with the exceptions',
    allowed: 0,
    path: [],
    async sees(page) {
      await expect(verdict(page)).toContainText('As of')
      await expect(verdict(page).getByRole('listitem').filter({ hasText: 'archive' }).first()).toContainText(/damage/i)
    },
  },
  {
    number: 2,
    what: 'What failed last night and why, with the remedy and a retry',
    allowed: 1,
    path: [
      { says: '**Retry** in the verdict', on: (page) => page.getByRole('button', { name: /^Retry.*databases-daily/ }) },
    ],
    async sees(page) {
      const failed = verdict(page).getByRole('listitem').filter({ hasText: 'databases-daily' })
      await expect(
        failed
          .getByRole('button', { name: /databases-daily/ })
          .or(main(page).getByText(/databases-daily/))
          .first(),
      ).toBeVisible()
    },
  },
  {
    number: 3,
    what: 'Back up something now, and watch it live',
    allowed: 2,
    path: [
      { says: '**Back up now**', on: (page) => main(page).getByRole('button', { name: 'Back up now' }) },
      { says: 'the schedule', on: (page) => page.getByRole('menuitem', { name: 'finance-nightly' }) },
    ],
    async sees(page) {
      await expect(page).toHaveURL(/\/runs\/[^/]+$/)
      await expect(page.getByRole('heading', { level: 1 })).toContainText('finance-nightly')
      await expect(
        main(page)
          .getByText(/Queued|Running|Succeeded|Warning/)
          .first(),
      ).toBeVisible()
    },
  },
  {
    number: 4,
    what: 'Restore one file as it was: searched by name in all snapshots, one of its versions',
    allowed: 4,
    path: [
      goTo('Snapshots'),
      {
        says: 'its name and Enter in **Find a file by name**',
        into: (page) => page.getByRole('searchbox', { name: 'Find a file by name' }),
        text: 'mail-*.eml',
      },
      {
        says: 'the file',
        on: (page) =>
          main(page)
            .getByRole('button', { name: /^mail-\d+\.eml$/ })
            .first(),
      },
      {
        says: '**Restore** of a version',
        on: (page) =>
          page
            .getByRole('dialog')
            .getByRole('link', { name: /^Restore the version of/ })
            .first(),
      },
      { says: '**Start the restore**', on: (page) => page.getByRole('button', { name: 'Start the restore' }) },
    ],
    sees: restores,
  },
  {
    number: 5,
    what: 'Restore a folder or all as of an instant: dry run, another place unless said otherwise',
    allowed: 5,
    path: [
      goTo('Snapshots'),
      {
        says: '**Restore** in the row of the instant',
        on: (page) =>
          main(page)
            .getByRole('link', { name: /^Restore from/ })
            .first(),
      },
      { says: '**Dry run**', on: (page) => page.getByRole('button', { name: 'Dry run' }) },
      { says: '**Start the restore**', on: (page) => page.getByRole('button', { name: 'Start the restore' }) },
    ],
    sees: restores,
  },
  {
    number: 7,
    what: 'Running jobs: progress, rate, time left; cancel',
    allowed: 1,
    path: [
      {
        says: '**Cancel** under "Running now" (it asks once more)',
        on: (page) =>
          main(page)
            .getByRole('button', { name: /^Cancel\b/ })
            .first(),
      },
    ],
    async sees(page) {
      await expect(page.getByRole('dialog').getByRole('button', { name: 'Cancel the run' })).toBeVisible()
    },
  },
  {
    number: 8,
    what: 'Protect something new: a wizard',
    allowed: 1,
    path: [
      {
        says: '**Protect something new**',
        on: (page) => main(page).getByRole('link', { name: 'Protect something new' }),
      },
    ],
    async sees(page) {
      await expect(page).toHaveURL(/\/schedules\/new/)
      await expect(main(page).getByRole('button', { name: 'Next' })).toBeVisible()
      const steps = await main(page).getByRole('list').first().getByRole('listitem').count()
      expect(steps).toBeLessThanOrEqual(5)
    },
  },
  {
    number: 12,
    what: 'Storage: used, ratio, growth, days until full',
    allowed: 1,
    path: [goTo('Repositories')],
    async sees(page) {
      const table = main(page).getByRole('table', { name: 'Repositories' })
      for (const name of ['Stored', 'Ratio', 'Growth', 'Room'])
        await expect(table.getByRole('columnheader', { name })).toBeVisible()
      await expect(table.getByRole('row').nth(1)).toContainText(/B/)
    },
  },
  {
    number: 14,
    what: 'Audit: who did what',
    allowed: 2,
    path: [
      goTo('Audit'),
      {
        says: 'the event',
        on: (page) =>
          main(page)
            .getByRole('button', { name: /^Event \d+/ })
            .first(),
      },
    ],
    async sees(page) {
      await expect(page.getByRole('dialog', { name: /^Event \d+/ })).toBeVisible()
    },
  },
  {
    number: 15,
    what: 'Users',
    allowed: 3,
    path: [goTo('Users'), { says: '**New user**', on: (page) => main(page).getByRole('button', { name: 'New user' }) }],
    async sees(page) {
      await expect(page.getByRole('dialog').getByLabel('E-mail')).toBeVisible()
    },
  },
  {
    number: 15,
    what: 'Roles',
    allowed: 3,
    path: [
      goTo('Users'),
      {
        says: '**What each role may do**',
        on: (page) => main(page).getByRole('link', { name: 'What each role may do' }),
      },
    ],
    async sees(page) {
      await expect(main(page).getByRole('table').first()).toContainText('Operator')
    },
  },
  {
    number: 15,
    what: 'API keys',
    allowed: 3,
    path: [
      goTo('API keys'),
      { says: '**New API key**', on: (page) => main(page).getByRole('button', { name: 'New API key' }) },
    ],
    async sees(page) {
      await expect(page.getByRole('dialog').getByRole('textbox', { name: /^Name/ })).toBeVisible()
    },
  },
  {
    number: 15,
    what: 'The recovery kit, and the keys of a repository',
    allowed: 3,
    path: [
      goTo('Repositories'),
      { says: 'the repository', on: (page) => main(page).getByRole('link', { name: 'local', exact: true }) },
      {
        says: '**Take the recovery kit**',
        on: (page) => main(page).getByRole('button', { name: 'Take the recovery kit' }),
      },
    ],
    async sees(page) {
      await expect(page.getByRole('dialog', { name: 'Recovery kit' })).toBeVisible()
    },
  },
]

async function restores(page: Page): Promise<void> {
  await expect(page).toHaveURL(/\/restores\/[^/?]+$/)
  await expect(main(page).getByText('Succeeded').first()).toBeVisible({ timeout: 90_000 })
}

export const clicksOf = ({ path }: Task): number => path.filter((step) => 'on' in step).length
export const pathOf = ({ path }: Task): string => path.map(({ says }) => says).join(' → ') || 'it is there'

/** The table of docs/console.md. */
export const rowsOf = (): string[] =>
  tasks.map((task) => `| ${task.number} | ${task.what} | ${pathOf(task)} | ${clicksOf(task)} | ${task.allowed} |`)
