import { type ExchangeEntry, type RecordedBody, recordedBody, recordedWire } from '../../capture/format/exchange.ts'
import type { RecordedFrame, RecordedStream } from '../../capture/format/stream.ts'
import type { NameValue } from '../../capture/redact/redact.ts'
import type { StoryRow } from '../../capture/story/story.ts'
import { type Html, html } from './html.ts'
import { duration, indented, sinceStart } from './texts.ts'

// What nobody reads to the end would make the page slow for everybody.
const BODY_MAX = 20_000
const FRAMES_MAX = 300

/** Request and answer of one exchange, shown when its number is asked for. */
export function exchangePanel(row: StoryRow, { request, response }: ExchangeEntry): Html {
  const answer =
    row.ended === 'unanswered'
      ? html`<p class="none">No answer: ${row.status}.</p>`
      : html`
${headers(response.headers)}${body(response.content, row.file)}`
  return panel(
    row,
    html`<h3>Request</h3><p class="url">${request.method} ${request.url}</p>
${headers(request.headers)}${request.postData === undefined ? html`<p class="none">No body.</p>` : body(request.postData, row.file)}
<h3>Answer <span class="status">${row.status}</span></h3>${answer}`,
  )
}

/** The handshake and the messages of a socket. */
export function socketPanel(row: StoryRow, stream: RecordedStream): Html {
  const { request, opened, frames, startedAtMs } = stream
  const more =
    frames.length > FRAMES_MAX
      ? html`<p class="none">${frames.length - FRAMES_MAX} more stand in ${row.file}.</p>`
      : null
  return panel(
    row,
    html`<h3>Handshake</h3><p class="url">${request.url}</p>${headers(request.headers)}${headers(opened?.headers ?? [])}
<h3>Messages</h3><ol class="frames">${frames.slice(0, FRAMES_MAX).map((frame) => frameItem(frame, startedAtMs, row.file))}</ol>${more}`,
  )
}

function frameItem(frame: RecordedFrame, startMs: number, file: string): Html {
  const { atMs, type, data, withheld } = frame
  const text = typeof data === 'string' ? data : `${data.length} bytes: ${data.subarray(0, 32).toString('hex')}`
  return html`<li class="${type}"><span class="time">${sinceStart(atMs, startMs)}</span> ${type === 'send' ? 'sent' : 'received'}
<pre>${withheld === null ? cut(indented(text), file) : `withheld: ${withheld}`}</pre></li>`
}

function panel(row: StoryRow, inside: Html): Html {
  return html`<aside class="panel ${row.venue} ${row.ended}" id="x${row.seq}"><a class="close" href="#top" aria-label="close">×</a>
<h2><span class="venue">${row.venue}</span> ${row.seq} ${row.method} ${row.endpoint}</h2>
<p class="words">${row.words}</p><p class="facts">${row.file}, ${duration(row.endedAtMs - row.startedAtMs)}</p>
${inside}</aside>`
}

function headers(list: readonly NameValue[]): Html {
  if (list.length === 0) return html``
  return html`<details><summary>${list.length} headers</summary><dl>${list.map(({ name, value }) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl></details>`
}

function body(content: RecordedBody, file: string): Html {
  const whole = recordedBody(content)
  if (whole.length === 0) return html`<p class="none">No body.</p>`
  const text =
    typeof whole === 'string' ? indented(whole) : `${whole.length} bytes\n${whole.subarray(0, 256).toString('hex')}`
  return html`<pre>${cut(text, file)}</pre>${travelled(content)}`
}

function travelled(content: RecordedBody): Html {
  const { _wire } = content
  if (_wire === undefined) return html``
  const how =
    'missing' in _wire ? `not kept: ${_wire.missing}` : `${recordedWire(content)?.length ?? 0}, kept in the file`
  return html`<p class="facts">Bytes on the wire: ${how}.</p>`
}

function cut(text: string, file: string): string {
  return text.length <= BODY_MAX ? text : `${text.slice(0, BODY_MAX)}\n(cut here; all of it is in ${file})`
}
