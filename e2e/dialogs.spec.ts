// Questions before something is lost: a key pressed without thinking loses nothing, and whoever goes on by keyboard is where they were.
import { expect, test } from './console.ts'

test('to remove a schedule', async ({ page, hold }) => {
  const { id } = await hold.call<{ id: string }>('schedules.create', {
    name: 'letters',
    settings: { type: 'incremental', cron_expression: '0 3 * * *', include_paths: [hold.source] },
    reason: 'for the test',
  })
  await hold.signIn(page)
  await page.goto(hold.url(`/schedules/${id}`))
  const remove = page.getByRole('main').getByRole('button', { name: 'Remove', exact: true })
  const dialog = page.getByRole('dialog')
  const acts = dialog.getByRole('button', { name: 'Remove the schedule' })
  const typed = dialog.getByLabel(/^Type/)

  await test.step('the focus begins where the name is typed, and Enter does nothing before it is', async () => {
    await remove.press('Enter')
    await expect(typed).toBeFocused()
    await expect(acts).toBeDisabled()
    await page.keyboard.press('Enter')
    await expect(dialog).toBeVisible()
  })

  await test.step('Escape closes it, and gives the focus back', async () => {
    await page.keyboard.type('letters')
    await expect(acts).toBeEnabled()
    await page.keyboard.press('Escape')
    await expect(dialog).toHaveCount(0)
    await expect(remove).toBeFocused()
  })

  await test.step('what was typed before does not stand there the next time', async () => {
    await page.keyboard.press('Enter')
    await expect(typed).toHaveValue('')
    await expect(acts).toBeDisabled()
    await typed.fill('letters')
    await dialog.getByRole('button', { name: 'Keep it as it is' }).press('Enter')
    await expect(remove).toBeFocused()
    await remove.press('Enter')
    await expect(typed).toHaveValue('')
    await page.keyboard.press('Escape')
  })
})

test('a question that nothing is typed for begins at the answer that changes nothing', async ({
  page,
  browser,
  hold,
}) => {
  await hold.signIn(page)
  await hold.signIn(await (await browser.newContext()).newPage())
  await page.goto(hold.url('/profile'))
  const end = page.getByRole('button', { name: 'End all others' })
  await end.press('Enter')
  await expect(page.getByRole('dialog').getByRole('button', { name: 'Keep it as it is' })).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await expect(end).toBeFocused()
})

test('a dialog opened from a menu gives the focus back to the button of the menu', async ({ page, hold }) => {
  await hold.signIn(page)
  const account = page.getByRole('button', { name: /^Your account/ })
  await account.press('Enter')
  await page.getByRole('menuitem', { name: 'Keyboard' }).press('Enter')
  await expect(page.getByRole('dialog')).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await expect(account).toBeFocused()
})
