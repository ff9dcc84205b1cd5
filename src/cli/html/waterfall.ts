import type { RecordedStream } from '../../capture/format/stream.ts'
import type { StoryRow } from '../../capture/story/story.ts'
import { type Html, html } from './html.ts'
import { type TimeScale, tenth } from './scale.ts'
import { duration, shortId, sinceStart } from './texts.ts'

const ROW_HEIGHT = 22

/** Every exchange and socket, a row each: what it was, what it meant, and when. */
export function waterfall(
  rows: readonly StoryRow[],
  streams: readonly RecordedStream[],
  scale: TimeScale,
  startMs: number,
): Html {
  const framesOf = new Map(streams.map((stream) => [stream.seq, stream.frames]))
  return html`<table class="waterfall">
<thead><tr><th class="no">#</th><th>time</th><th>venue</th><th>call</th><th>status</th><th>order</th><th>what it meant</th><th class="ms">took</th><th class="lane">${lanes(scale)}</th></tr></thead>
<tbody>${rows.map((row) => tableRow(row, framesOf.get(row.seq) ?? [], scale, startMs))}</tbody>
</table>`
}

function tableRow(row: StoryRow, frames: RecordedStream['frames'], scale: TimeScale, startMs: number): Html {
  const orders = row.orders.length > 1 ? `${row.orders.length} orders` : shortId(row.orders[0] ?? '')
  return html`<tr class="${row.venue} ${row.ended}"><td class="no"><a href="#x${row.seq}">${row.seq}</a></td>
<td class="time">${sinceStart(row.startedAtMs, startMs)}</td>
<td><span class="venue">${row.venue}</span></td>
<td class="call"><a href="#x${row.seq}">${row.method} ${row.endpoint}</a></td>
<td><span class="status">${row.status}</span></td>
<td class="id">${orders}</td>
<td class="words"><a href="#x${row.seq}">${row.words}</a>${row.market === null ? null : html` <span class="market">${row.market}</span>`}</td>
<td class="ms">${duration(row.endedAtMs - row.startedAtMs)}</td>
<td class="lane">${bar(row, frames, scale)}</td></tr>`
}

function bar(row: StoryRow, frames: RecordedStream['frames'], scale: TimeScale): Html {
  const x = scale.x(row.startedAtMs)
  const width = Math.max(2, tenth(scale.x(row.endedAtMs) - x))
  const ticks = frames
    .slice(0, 2_000)
    .map(
      ({ atMs, type }) =>
        html`<line class="${type}" x1="${scale.x(atMs)}" x2="${scale.x(atMs)}" y1="${type === 'send' ? 3 : 11}" y2="${type === 'send' ? 11 : 19}"/>`,
    )
  return html`<svg width="${scale.width}" height="${ROW_HEIGHT}" role="img" aria-label="${duration(row.endedAtMs - row.startedAtMs)}">
${scale.breaks.map((pause) => html`<line class="pause" x1="${pause.x}" x2="${pause.x}" y1="0" y2="${ROW_HEIGHT}"/>`)}
<rect class="bar ${row.kind}" x="${x}" y="${row.kind === 'socket' ? 9 : 5}" width="${width}" height="${row.kind === 'socket' ? 4 : 12}" rx="2"/>${ticks}</svg>`
}

function lanes(scale: TimeScale): Html {
  return html`<svg width="${scale.width}" height="16" role="img" aria-label="pauses">${labelled(scale).map(
    (pause) => html`<text class="pause" x="${pause.x}" y="11" text-anchor="middle">${duration(pause.idleMs)}</text>`,
  )}</svg>`
}

// Room for `12 min 30 s`.
const LABEL_WIDTH = 60

/** The pauses whose lengths can be written without touching: the longest ones first. */
function labelled({ breaks, width }: TimeScale): TimeScale['breaks'] {
  const chosen: TimeScale['breaks'][number][] = []
  for (const pause of [...breaks].sort((a, b) => b.idleMs - a.idleMs)) {
    const fits = pause.x > LABEL_WIDTH / 2 && pause.x < width - LABEL_WIDTH / 2
    if (fits && chosen.every(({ x }) => Math.abs(x - pause.x) >= LABEL_WIDTH)) chosen.push(pause)
  }
  return chosen
}
