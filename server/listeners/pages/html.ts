// HTML made of templates in which every value is escaped, and the frame of the plain pages.
import { createHash } from 'node:crypto'
import type { ServerResponse } from 'node:http'

/** Text that is HTML already. Only `html` makes it. */
export class Html {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

type Value = Html | string | number | null | undefined | false | readonly Value[]

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Text as it may stand in HTML, also within quotes of an attribute. */
export const escapeText = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => entities[character] as string)

function textOf(value: Value): string {
  if (value instanceof Html) return value.text
  if (value === null || value === undefined || value === false) return ''
  return typeof value === 'object' ? value.map(textOf).join('') : escapeText(String(value))
}

/** A template: what stands in it is HTML, what is put into it is text (or the result of another template, or a list). */
export const html = (parts: TemplateStringsArray, ...values: Value[]): Html =>
  new Html(parts.map((part, at) => part + textOf(values[at])).join(''))

const style = `
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.4rem } h2 { font-size: 1.1rem; margin-top: 2rem }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid #8884; vertical-align: top }
form label { display: block; margin: .8rem 0 } input { display: block; width: 20rem; max-width: 100%; padding: .4rem; font: inherit }
button { padding: .4rem 1rem; font: inherit } .problem { font-weight: bold } .quiet { opacity: .7 }
`

export type Page = {
  readonly title: string
  readonly body: Html
  readonly status?: number
  /** Other origins that a form may end up at: that of an identity provider. */
  readonly formTargets?: readonly string[]
  /** A script for the page's end; the page must work without. */
  readonly script?: string
}

const digestOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

/** The policy of a page: no style and no script but ours, named by their digests, and forms to this console only. */
export const policyOf = (formTargets: readonly string[], script?: string): string =>
  [
    "default-src 'none'",
    `style-src ${digestOf(style)}`,
    ...(script === undefined ? [] : [`script-src ${digestOf(script)}`]),
    `form-action ${["'self'", ...formTargets].join(' ')}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ')

/** Answers with a page. */
export function sendPage(
  response: ServerResponse,
  { title, body, status = 200, formTargets = [], script }: Page,
): void {
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} - Holdfast</title>
<style>${new Html(style)}</style>
</head>
<body>
<h1>${title}</h1>
${body}
${script !== undefined && html`<script>${new Html(script)}</script>`}
</body>
</html>
`
  response.writeHead(status, {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Security-Policy': policyOf(formTargets, script),
  })
  response.end(page.text)
}
