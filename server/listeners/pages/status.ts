// The status page: how it stands, what runs, what ran last and what runs next, as far as the visitor may see.
import type { AppRouter } from '../../api/root.ts'
import { type Actor, basePath, can } from '../../auth/index.ts'
import { type Html, html } from './html.ts'

/** The procedures, called as the visitor. */
export type Call = ReturnType<AppRouter['createCaller']>

const RUNS = 10

export async function statusBody(actor: Actor, call: Call): Promise<Html> {
  const parts = [
    can(actor, 'overview.read') && (await overviewPart(call)),
    can(actor, 'runs.read') && (await runsPart(call)),
    can(actor, 'schedules.read') && (await schedulesPart(call)),
  ]
  const nothing = parts.every((part) => part === false)
  return html`
<p>${actor.name}${actor.role !== null && html` <span class="quiet">(${actor.role})</span>`}
- <a href="${basePath}/sign-out">Sign out</a></p>
${nothing && html`<p>Your role shows no state of the server here.</p>`}
${parts}
`
}

const verdicts = {
  ok: 'All is well',
  warning: 'Look at this',
  failed: 'Something failed',
  unknown: 'Not known to be well',
}

async function overviewPart(call: Call): Promise<Html> {
  const { verdict, exceptions, omitted, health, figures } = await call.overview.get()
  return html`
<p class="problem">${verdicts[verdict]}</p>
${exceptions.length > 0 && html`<ul>${exceptions.map(({ severity, message }) => html`<li>${severity}: ${message}</li>`)}</ul>`}
${omitted > 0 && html`<p>and ${omitted} more</p>`}
<p>Schedules: ${figures.schedules}. Repositories: ${figures.repositories}, with ${bytesText(figures.storedBytes)}.
Last scheduled backup that succeeded: ${figures.lastSuccess ?? 'none yet'}.</p>
<h2>Health</h2>
<table><tr><th>Check</th><th>State</th><th>Reason</th><th>Remedy</th></tr>
${health.checks.map(
  ({ name, state, reason, remedy }) =>
    html`<tr><td>${name.replaceAll('_', ' ')}</td><td>${state}</td><td>${reason}</td><td>${remedy}</td></tr>`,
)}</table>
`
}

async function runsPart(call: Call): Promise<Html> {
  const { items: running } = await call.runs.list({ states: ['running', 'queued'], limit: RUNS })
  const { items: recent } = await call.runs.list({ limit: RUNS })
  return html`<h2>Running and waiting</h2>${runsTable(running)}<h2>Last runs</h2>${runsTable(recent)}`
}

type Run = Awaited<ReturnType<Call['runs']['list']>>['items'][number]

function runsTable(runs: readonly Run[]): Html {
  if (runs.length === 0) return html`<p class="quiet">None</p>`
  return html`<table><tr><th>Run</th><th>State</th><th>Queued</th><th>Ended</th><th>Stored</th></tr>
${runs.map(
  ({ kind, scheduleName, state, queuedAt, finishedAt, bytesStored, error }) => html`<tr>
<td>${kind} ${scheduleName}</td><td>${state}${error !== null && `: ${error.message}`}</td>
<td>${queuedAt}</td><td>${finishedAt}</td><td>${bytesStored !== null && bytesText(bytesStored)}</td></tr>`,
)}</table>`
}

async function schedulesPart(call: Call): Promise<Html> {
  const { items } = await call.schedules.list({ limit: 200 })
  if (items.length === 0) return html`<h2>Next runs</h2><p class="quiet">There are no schedules.</p>`
  const next = items.map((item) => ({ ...item, at: item.nextSlots[0] ?? '' }))
  // Those that do not run stand at the end.
  next.sort((a, b) => (a.at || '9').localeCompare(b.at || '9'))
  return html`<h2>Next runs</h2><table><tr><th>Schedule</th><th>Type</th><th>Next</th></tr>
${next.map(
  ({ name, type, at, pausedAt }) =>
    html`<tr><td>${name}</td><td>${type}</td><td>${at === '' ? (pausedAt === null ? 'off' : 'paused') : at}</td></tr>`,
)}</table>`
}

/** Whole numbers of the largest unit that fits, for people. */
function bytesText(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10))
  return `${(bytes / 1024 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`
}
