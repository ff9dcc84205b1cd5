/** Where a moment stands on a line of `width` pixels. Long times in which nothing happened are drawn short. */
export interface TimeScale {
  readonly width: number
  x(atMs: number): number
  /** Times that were drawn short, by where they stand. */
  readonly breaks: readonly { readonly x: number; readonly idleMs: number }[]
}

interface Span {
  readonly startMs: number
  readonly endMs: number
}

// A pause takes at most this share of the line, however long it was.
const PAUSE_SHARE = 0.02
const MARGIN = 4

/** A scale over the times in which something happened. */
export function timeScale(spans: readonly Span[], width: number): TimeScale {
  const busy = merged(spans)
  const busyMs = Math.max(
    1,
    busy.reduce((total, { startMs, endMs }) => total + endMs - startMs, 0),
  )
  const pauseMax = (busyMs * PAUSE_SHARE) / (1 - Math.min(0.5, busy.length * PAUSE_SHARE))
  const pieces: { readonly startMs: number; readonly endMs: number; readonly from: number; readonly to: number }[] = []
  const cuts: { readonly at: number; readonly idleMs: number }[] = []
  let at = 0
  busy.forEach(({ startMs, endMs }, index) => {
    const idleMs = startMs - (busy[index - 1]?.endMs ?? startMs)
    if (idleMs > pauseMax) cuts.push({ at: at + pauseMax / 2, idleMs })
    at += Math.min(idleMs, pauseMax)
    pieces.push({ startMs, endMs, from: at, to: at + endMs - startMs })
    at += endMs - startMs
  })
  const factor = (width - 2 * MARGIN) / Math.max(1, at)
  const place = (drawn: number): number => tenth(MARGIN + drawn * factor)
  return {
    width,
    x: (atMs) => {
      const piece = pieces.findLast(({ startMs }) => startMs <= atMs)
      return place(piece === undefined ? 0 : Math.min(piece.from + atMs - piece.startMs, piece.to))
    },
    breaks: cuts.map((cut) => ({ x: place(cut.at), idleMs: cut.idleMs })),
  }
}

/** Overlapping spans as one, in order. */
function merged(spans: readonly Span[]): readonly Span[] {
  const out: Span[] = []
  for (const span of [...spans].sort((a, b) => a.startMs - b.startMs)) {
    const last = out.at(-1)
    if (last === undefined || span.startMs > last.endMs) out.push(span)
    else out[out.length - 1] = { startMs: last.startMs, endMs: Math.max(last.endMs, span.endMs) }
  }
  return out
}

/** Pixels to a tenth: more makes the page larger and nothing sharper. */
export function tenth(value: number): number {
  return Math.round(value * 10) / 10
}
