// A session that ends under an open page: the page says so by itself, keeps what was typed, and goes on once somebody has signed in again.
import { expect, test } from './console.ts'

test('the session ends while something is typed', async ({ page, context, browser, hold }) => {
  await hold.signIn(page)
  await page.goto(hold.url('/users?dialog=new'))
  const dialog = page.getByRole('dialog')
  const create = dialog.getByRole('button', { name: 'Create the user' })
  await dialog.getByLabel('Name').fill('Grace Hopper')
  await dialog.getByLabel('E-mail').fill('grace@example.com')
  // No role is chosen for anybody: it is asked for, where it is missing.
  await create.click()
  await expect(dialog.getByText('Choose what they may do')).toBeVisible()
  await expect(dialog.getByRole('radio').first()).toBeFocused()
  await dialog.getByRole('radio', { name: /^Auditor/ }).check()
  const ended = page.getByText('Your session ended.', { exact: false })

  await test.step('what is tried without a session says why, and loses nothing', async () => {
    const mine = await context.cookies()
    await context.clearCookies()
    await create.click()
    await expect(ended).toBeVisible()
    await context.addCookies(mine)
    await page.evaluate(() => window.dispatchEvent(new Event('focus')))
    await expect(ended).toHaveCount(0)
    await expect(dialog.getByLabel('Name')).toHaveValue('Grace Hopper')
  })

  await test.step('a session that somebody ended is told by itself', async () => {
    const elsewhere = await (await browser.newContext()).newPage()
    await hold.signIn(elsewhere)
    await elsewhere.goto(hold.url('/profile'))
    await elsewhere.getByRole('button', { name: 'End all others' }).click()
    await elsewhere.getByRole('button', { name: 'End them' }).click()
    // The stream of events looks twice a minute whether it may go on.
    await expect(ended).toBeVisible({ timeout: 60_000 })
    await expect(dialog.getByLabel('Name')).toHaveValue('Grace Hopper')
  })

  await test.step('after signing in beside it the page goes on, live events too', async () => {
    await hold.signIn(await context.newPage())
    await create.click()
    await expect(page.getByText('grace@example.com').first()).toBeVisible()
    await expect(ended).toHaveCount(0)
    await expect(page.getByText('The server does not answer.', { exact: false })).toHaveCount(0)
  })
})
