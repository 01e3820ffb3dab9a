// A session that ends under an open page: the page says so, keeps what was typed, and goes on once somebody has signed in again.
import { expect, test } from './console.ts'

test('the session ends while something is typed', async ({ page, context, hold }) => {
  await hold.signIn(page)
  await page.goto(hold.url('/users?dialog=new'))
  const name = page.getByRole('dialog').getByLabel('Name')
  await name.fill('Grace Hopper')
  const mine = await context.cookies()
  await context.clearCookies()
  await page.getByRole('dialog').getByLabel('E-mail').fill('grace@example.com')
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /create|make/i })
    .click()
  await expect(page.getByText('Your session ended.', { exact: false })).toBeVisible()
  await expect(name).toHaveValue('Grace Hopper')

  await context.addCookies(mine)
  await page.evaluate(() => window.dispatchEvent(new Event('focus')))
  await expect(page.getByText('Your session ended.', { exact: false })).toHaveCount(0)
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /create|make/i })
    .click()
  await expect(page.getByText('grace@example.com').first()).toBeVisible()
})
