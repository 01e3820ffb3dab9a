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

/** The colours of app/globals.css: these pages look like the console, and share no file with it. */
const style = `
:root { color-scheme: light dark;
  --bg: light-dark(#f5f6f8, #0f1216); --surface: light-dark(#ffffff, #161a20); --sunken: light-dark(#eceff3, #0b0e12);
  --border: light-dark(#d5dae1, #2b323d); --strong: light-dark(#868f9c, #6b7684); --text: light-dark(#16191e, #e8ebef);
  --muted: light-dark(#545c68, #a0aab7); --accent: light-dark(#1d5bb8, #7db0fa); --on-accent: light-dark(#ffffff, #0c1420);
  --soft: light-dark(#e4edfb, #1b2b45); --failed: light-dark(#b3202a, #f58388); --failed-soft: light-dark(#fce4e4, #421b1e) }
* { box-sizing: border-box }
body { margin: 0; min-height: 100vh; min-height: 100dvh; padding: 1.5rem 1rem; display: grid; place-content: safe center;
  grid-template-columns: minmax(0, 25rem); gap: 1rem; background: var(--bg); color: var(--text);
  font: .9375rem/1.45 Geist, system-ui, sans-serif }
.brand { display: flex; align-items: center; gap: .5rem; font-weight: 600; font-size: 1rem }
.brand svg { width: 1.75rem; height: 1.75rem }
main { background: var(--surface); border: 1px solid var(--border); border-radius: 10px; padding: 1.5rem;
  display: flex; flex-direction: column; gap: 1rem }
h1 { margin: 0; font-size: 1.25rem; line-height: 1.3 }
p { margin: 0; overflow-wrap: anywhere }
form { display: flex; flex-direction: column; gap: .875rem }
label { display: flex; flex-direction: column; gap: .25rem; font-weight: 500 }
label[hidden] { display: none }
.hint, .quiet { color: var(--muted); font-weight: 400; font-size: .8125rem }
input { width: 100%; height: 2.5rem; padding: 0 .625rem; border: 1px solid var(--strong); border-radius: 6px;
  background: var(--surface); color: var(--text); font: inherit; font-size: 1rem; font-weight: 400 }
.actions { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center }
button, .button { flex: 1; min-height: 2.5rem; padding: .5rem .75rem; border: 1px solid transparent; border-radius: 6px;
  background: var(--accent); color: var(--on-accent); font: inherit; font-weight: 500; text-align: center;
  text-decoration: none; cursor: pointer }
button:hover { opacity: .9 }
.other { background: var(--surface); color: var(--text); border-color: var(--border) }
.other:hover { background: var(--sunken); opacity: 1 }
summary { color: var(--muted); cursor: pointer; padding: .25rem 0 } details[open] summary { margin-bottom: .5rem }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 3px }
.problem, .note { border-left: 4px solid var(--accent); border-radius: 6px; background: var(--soft); padding: .625rem .875rem }
.problem { border-color: var(--failed); background: var(--failed-soft) }
`

/** The mark, as in app/icon.svg. */
const brand = html`<div class="brand"><svg viewBox="0 0 32 32" aria-hidden="true"><rect width="32" height="32" rx="7" fill="#1d5bb8"/>
<path d="M16 5.5 25 9v7c0 5.6-3.8 9.3-9 10.8C10.8 25.3 7 21.6 7 16V9z" fill="none" stroke="#fff" stroke-width="2.2" stroke-linejoin="round"/>
<path d="m12 16 3 3 5.5-6" fill="none" stroke="#fff" stroke-width="2.2" stroke-linecap="round" stroke-linejoin="round"/></svg>
Holdfast</div>`

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
${brand}
<main>
<h1>${title}</h1>
${body}
</main>
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
