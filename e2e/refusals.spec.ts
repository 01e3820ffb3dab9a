// What a role may not do is not offered; what is tried anyway is refused and audited.
import { expect, test } from './console.ts'

test('a requester is offered no page of operators, and refused one by its address', async ({ page, hold }) => {
  const who = await hold.person('requester')
  await hold.signIn(page, who)
  const navigation = page.getByRole('navigation', { name: 'Console' })
  for (const name of ['Audit', 'Users', 'Settings', 'Runs', 'Snapshots']) {
    await expect(navigation.getByRole('link', { name })).toHaveCount(0)
  }
  const answer = await page.goto(hold.url('/audit'))
  expect(answer?.status()).toBe(403)
  await expect(page.getByText('Your role may not see this page')).toBeVisible()
})

test('a page that is not there says so within the console', async ({ page, hold }) => {
  await hold.signIn(page)
  const answer = await page.goto(hold.url('/nowhere/at/all'))
  expect(answer?.status()).toBe(404)
  await expect(page.getByText('There is no such page')).toBeVisible()
})

test('a stranger is led to sign-in and from there to the page that was asked for', async ({ page, hold }) => {
  await page.goto(hold.url('/runs?state=failed'))
  await expect(page).toHaveURL(/\/sign-in\?callbackUrl=/)
  await page.getByLabel('E-mail').fill('ada@example.com')
  await page.getByLabel('Password').fill('violet-harbour-tractor-49')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page).toHaveURL(/\/runs\?state=failed$/)
})
