import { createHash } from 'node:crypto'
import { entryOf, type Recording } from '../../capture/read/recording.ts'
import type { Story, StoryRow } from '../../capture/story/story.ts'
import { Html, html } from './html.ts'
import { orderChart } from './order-chart.ts'
import { exchangePanel, socketPanel } from './panels.ts'
import { timeScale } from './scale.ts'
import { exposureChart, positionCharts } from './step-chart.ts'
import { style } from './style.ts'
import { duration } from './texts.ts'
import { waterfall } from './waterfall.ts'

const LANE = 420
const CHART = 1200

/**
 * One page about a session that needs nothing else: no network, no script. Its policy forbids both, so that nothing in a
 * recorded body can become either.
 */
export function recordingPage(recording: Recording, story: Story): string {
  const { session, manifest, streams } = recording
  const spans = story.rows.map(({ startedAtMs, endedAtMs }) => ({ startMs: startedAtMs, endMs: endedAtMs }))
  const startMs = Math.min(...spans.map((span) => span.startMs))
  const endMs = Math.max(...spans.map((span) => span.endMs))
  const [lane, chart] = [timeScale(spans, LANE), timeScale(spans, CHART)]
  const policy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'none'`
  const body =
    story.rows.length === 0
      ? html`<p class="none">Nothing is on this tape.</p>`
      : html`
<section><h2>Timeline</h2><p class="hint">Select a row to read its request and answer. Dashed lines stand for pauses, drawn short.</p>${waterfall(story.rows, streams, lane, startMs)}</section>
<section><h2>Orders</h2>${orderChart(story.orders, lane, endMs)}</section>
<section><h2>Exposure</h2><p class="hint">Dollars that could be lost, from the orders on this tape alone.</p>${exposureChart(story.exposure, chart, endMs)}</section>
<section><h2>Positions</h2><p class="hint">Bought and sold since the session began.</p>${positionCharts(story.positions, lane, startMs, endMs)}</section>
${story.rows.map((row) => panelOf(recording, row))}`
  const page = html`<!doctype html>
<html lang="en" id="top"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><meta name="referrer" content="no-referrer">
<title>${session}</title>${new Html(`<style>${style}</style>`)}</head>
<body><header><h1>${session}</h1><p class="facts">${manifest.environment}, ${manifest.startedAt} to ${manifest.endedAt ?? 'never: its process died'}${story.rows.length === 0 ? '' : `, ${duration(endMs - startMs)}`}, crosstape ${manifest.toolVersion}</p>${totals(story)}</header>
<main>${body}</main></body></html>
`
  return page.text
}

function panelOf(recording: Recording, row: StoryRow): Html {
  const stream = recording.streams.find(({ seq }) => seq === row.seq)
  if (stream !== undefined) return socketPanel(row, stream)
  const exchange = recording.exchanges.find(({ seq }) => seq === row.seq)
  return exchange === undefined ? html`` : exchangePanel(row, entryOf(recording, exchange))
}

function totals({ rows, orders }: Story): Html {
  const count = (ended: StoryRow['ended']): number => rows.filter((row) => row.ended === ended).length
  const ofKind = (kind: StoryRow['kind']): number => rows.filter((row) => row.kind === kind).length
  const unknown = orders.filter(({ state }) => state === 'unknown').length
  const figures: readonly (readonly [string, number, string])[] = [
    ['exchanges', ofKind('exchange'), ''],
    ['sockets', ofKind('socket'), ''],
    ['refused', count('refused'), 'refused'],
    ['without an answer', count('unanswered'), 'unanswered'],
    ['orders', orders.length, ''],
    ['orders still unknown', unknown, 'unanswered'],
  ]
  return html`<ul class="totals">${figures.map(([name, figure, kind]) => html`<li class="${figure > 0 ? kind : ''}"><b>${figure}</b> ${name}</li>`)}</ul>`
}
