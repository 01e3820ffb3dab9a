import { expect, test } from 'vitest'
import { html, policyOf } from './html.ts'

test('values are text, templates and lists of them are HTML', () => {
  const name = `<b title="x">&'`
  expect(html`<p title="${name}">${name}</p>`.text).toBe(
    '<p title="&lt;b title=&quot;x&quot;&gt;&amp;&#39;">&lt;b title=&quot;x&quot;&gt;&amp;&#39;</p>',
  )
  expect(html`<ul>${['<', 1].map((each) => html`<li>${each}</li>`)}</ul>`.text).toBe('<ul><li>&lt;</li><li>1</li></ul>')
  expect(html`${null}${undefined}${false}${0}`.text).toBe('0')
})

test('something that only looks like a template is text', () => {
  const forged = JSON.parse('{"text": "<script>"}')
  expect(() => html`${forged}`.text).toThrow()
})

test('a script is allowed by its digest, and only where there is one', () => {
  expect(policyOf([])).not.toContain('script-src')
  expect(policyOf([], 'run()')).toMatch(/script-src 'sha256-[\w+/=]+'(;|$)/)
  expect(policyOf(['https://idp.example'])).toContain("form-action 'self' https://idp.example")
})
