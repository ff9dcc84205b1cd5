import type { ExposurePoint, PositionLine } from '../../capture/story/story.ts'
import { formatAmount, moneyOf, ZERO_MONEY } from '../../domain/amounts.ts'
import { dollars } from '../views/dollars.ts'
import { type Html, html } from './html.ts'
import { type TimeScale, tenth } from './scale.ts'

const HEIGHT = 150
const LINE_HEIGHT = 56
const TOP = 16

/** Dollars at stake over time: held, resting, and in orders of which nobody knew whether they exist, one upon the other. */
export function exposureChart(points: readonly ExposurePoint[], scale: TimeScale, endMs: number): Html {
  if (points.length === 0) return html`<p class="none">No order is on this tape, so nothing was at stake in it.</p>`
  const layers = points.map(({ atMs, held, resting, unknown }) => {
    const parts = [held ?? ZERO_MONEY, resting ?? ZERO_MONEY, unknown ?? ZERO_MONEY]
    return { atMs, isKnown: held !== null && resting !== null && unknown !== null, parts }
  })
  const top = layers.reduce((most, { parts }) => (sumTo(parts, 2) > most ? sumTo(parts, 2) : most), 1n)
  const y = (value: bigint): number => tenth(HEIGHT - (Number(value) / Number(top)) * (HEIGHT - TOP))
  const area = (layer: number): string => {
    const steps = layers.map(({ atMs, parts }, index) => {
      const until = layers[index + 1]?.atMs ?? endMs
      const [low, high] = [y(sumTo(parts, layer - 1)), y(sumTo(parts, layer))]
      return `M${scale.x(atMs)} ${low}V${high}H${scale.x(until)}V${low}Z`
    })
    return steps.join('')
  }
  const doubtful = layers.filter(({ isKnown }) => !isKnown)
  return html`<div class="chart"><svg width="${scale.width}" height="${HEIGHT + 4}" role="img" aria-label="exposure over time">
<line class="grid" x1="0" x2="${scale.width}" y1="${TOP}" y2="${TOP}"/><line class="grid" x1="0" x2="${scale.width}" y1="${HEIGHT}" y2="${HEIGHT}"/>
<text class="axis" x="4" y="11">${dollars(formatAmount(moneyOf(top)))} at most</text>
${['held', 'resting', 'unknown'].map((name, layer) => html`<path class="area ${name}" d="${area(layer)}"/>`)}
${doubtful.map(({ atMs }) => html`<text class="axis" x="${scale.x(atMs)}" y="${HEIGHT - 4}">?</text>`)}</svg>
<p class="legend"><span class="key held"></span>held, at cost <span class="key resting"></span>resting <span class="key unknown"></span>unknown, at its worst${doubtful.length === 0 ? '' : '; ? marks what the tape does not say enough of'}</p></div>`
}

function sumTo(parts: readonly bigint[], last: number): bigint {
  return parts.slice(0, last + 1).reduce((sum, part) => sum + part, 0n)
}

/** What was bought and sold of each outcome over time. */
export function positionCharts(lines: readonly PositionLine[], scale: TimeScale, startMs: number, endMs: number): Html {
  if (lines.length === 0) return html`<p class="none">Nothing was filled on this tape.</p>`
  return html`<table class="positions"><tbody>${lines.map((line) => positionRow(line, scale, startMs, endMs))}</tbody></table>`
}

function positionRow({ venue, market, points }: PositionLine, scale: TimeScale, startMs: number, endMs: number): Html {
  const values = [0n, ...points.map(({ quantity }): bigint => quantity)]
  const [low, high] = values.reduce(
    ([least, most], one) => [one < least ? one : least, one > most ? one : most],
    [0n, 0n],
  )
  const span = Number(high - low) || 1
  const y = (value: bigint): number => tenth(LINE_HEIGHT - 6 - (Number(value - low) / span) * (LINE_HEIGHT - 14))
  const path = points.map(({ atMs, quantity }) => `H${scale.x(atMs)}V${y(quantity)}`).join('')
  const last = points.at(-1)?.quantity
  return html`<tr class="${venue}"><td><span class="venue">${venue}</span></td><td class="market">${market}</td>
<td class="ms">${last === undefined ? '' : `${last > 0n ? '+' : ''}${formatAmount(last)}`}</td>
<td class="lane"><svg width="${scale.width}" height="${LINE_HEIGHT}" role="img" aria-label="position over time">
<line class="grid" x1="0" x2="${scale.width}" y1="${y(0n)}" y2="${y(0n)}"/>
<path class="step" d="M${scale.x(startMs)} ${y(0n)}${path}H${scale.x(endMs)}"/></svg></td></tr>`
}
