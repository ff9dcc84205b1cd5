import type { Lifeline } from '../../capture/story/lifelines.ts'
import { termsWords } from '../../capture/story/told.ts'
import { formatAmount } from '../../domain/amounts.ts'
import { type Html, html } from './html.ts'
import { type TimeScale, tenth } from './scale.ts'
import { shortId } from './texts.ts'

const ROW_HEIGHT = 30

/** The life of each order: a line from state to state, a dot for every exchange that told of it. */
export function orderChart(orders: readonly Lifeline[], scale: TimeScale, endMs: number): Html {
  if (orders.length === 0) return html`<p class="none">No order is on this tape.</p>`
  return html`<table class="orders"><thead><tr><th>order</th><th>venue</th><th>terms</th><th>market</th><th>ended</th><th class="ms">filled</th><th class="lane"></th></tr></thead>
<tbody>${orders.map((order) => orderRow(order, scale, endMs))}</tbody></table>
<p class="legend"><span class="key resting"></span>rests <span class="key unknown"></span>unknown: may exist <span class="key over"></span>over; each dot is an exchange</p>`
}

function orderRow(order: Lifeline, scale: TimeScale, endMs: number): Html {
  const { venue, id, terms, state, filled } = order
  const asked = terms?.quantity ?? null
  const share = filled === null || asked === null || asked === 0n ? 0 : Number((filled * 1_000n) / asked) / 1_000
  return html`<tr class="${venue}"><td class="id" title="${id ?? ''}">${id === null ? 'no id told' : shortId(id)}</td>
<td><span class="venue">${venue}</span></td>
<td>${terms === null ? 'unknown' : termsWords(terms)}</td><td class="market">${terms?.market ?? ''}</td>
<td><span class="state ${state ?? 'unknown'}">${state ?? 'not said'}</span></td>
<td class="ms">${filled === null ? 'unknown' : formatAmount(filled)}${asked === null ? '' : ` of ${formatAmount(asked)}`}<svg class="share" width="60" height="4" role="img" aria-label="share filled"><rect width="60" height="4" rx="2"/><rect class="filled" width="${tenth(60 * Math.min(1, share))}" height="4" rx="2"/></svg></td>
<td class="lane"><svg width="${scale.width}" height="${ROW_HEIGHT}" role="img" aria-label="life of the order">${segments(order, scale, endMs)}${dots(order, scale)}</svg></td></tr>`
}

function segments({ moments }: Lifeline, scale: TimeScale, endMs: number): readonly Html[] {
  return moments.flatMap(({ state, atMs }, index) => {
    const next = moments[index + 1]
    const isLive = state === 'resting' || state === 'unknown'
    if (next === undefined && !isLive) return []
    const from = scale.x(atMs)
    const width = tenth(scale.x(next?.atMs ?? endMs) - from)
    return [
      html`<rect class="life ${isLive ? state : 'over'}" x="${from}" y="${isLive ? 12 : 14}" width="${Math.max(0, width)}" height="${isLive ? 6 : 2}"/>`,
    ]
  })
}

function dots({ moments }: Lifeline, scale: TimeScale): readonly Html[] {
  return moments.map(
    ({ seq, atMs, state }) =>
      html`<a href="#x${seq}"><circle class="dot ${state ?? 'none'}" cx="${scale.x(atMs)}" cy="15" r="5"><title>${seq}: ${state ?? 'nothing new'}</title></circle></a>`,
  )
}
