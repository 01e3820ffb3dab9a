// Choices tell readers what they are told by the eye: that one is needed, and that none was taken.
import { createElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { ChoiceCards } from './field.tsx'

const role = {
  legend: 'Role',
  name: 'role',
  value: undefined,
  onChange: () => undefined,
  choices: [
    { value: 'a', label: 'Administrator' },
    { value: 'b', label: 'Auditor' },
  ],
}
const group = (html: string): string => /<div role="radiogroup"[^>]*>/.exec(html)?.[0] ?? ''

test('choices without an error say no more than that they are needed', () => {
  const html = renderToStaticMarkup(createElement(ChoiceCards, { ...role, required: true }))
  const named = /aria-labelledby="([^"]+)"/.exec(group(html))?.[1]
  expect(html).toMatch(new RegExp(`<p id="${named}"[^>]*>Role</p>`))
  expect(group(html)).toContain('aria-required="true"')
  expect(html).not.toMatch(/aria-invalid|aria-describedby/)
  expect(renderToStaticMarkup(createElement(ChoiceCards, role))).not.toContain('aria-required')
})

test('an error marks each choice, and is what the group is described by', () => {
  const html = renderToStaticMarkup(createElement(ChoiceCards, { ...role, required: true, error: 'Choose one' }))
  const described = /aria-describedby="([^"]+)"/.exec(group(html))?.[1]
  expect(html).toMatch(new RegExp(`<p id="${described}" role="alert"[^>]*>Choose one</p>`))
  expect(group(html)).toContain('aria-invalid="true"')
  const radios = html.match(/<input\b[^>]*>/g) ?? []
  expect(radios).toHaveLength(2)
  for (const radio of radios) expect(radio).toContain('aria-invalid="true"')
})
