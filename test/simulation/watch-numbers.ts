interface Counted {
  last: number
  /** Whether books are told by it. */
  hasBooks: boolean
  /** Markets whose book has not come anew since something was missed. */
  readonly doubted: Set<string>
}

/** What the numbers of a Kalshi connection show to whoever counts: which books are not whole any more. */
export class NumberWatch {
  private readonly bySid = new Map<number, Counted>()

  constructor(private readonly tickers: readonly string[]) {}

  heard(text: string): void {
    const frame = numberedIn(text)
    if (frame === null) return
    const known = this.bySid.get(frame.sid) ?? { last: 0, hasBooks: false, doubted: new Set<string>() }
    this.bySid.set(frame.sid, known)
    if (frame.seq <= known.last) return
    if (frame.seq > known.last + 1) for (const ticker of this.tickers) known.doubted.add(ticker)
    known.last = frame.seq
    if (frame.type.startsWith('orderbook_')) known.hasBooks = true
    if (frame.type === 'orderbook_snapshot') known.doubted.delete(frame.ticker)
  }

  isDoubted(ticker: string): boolean {
    return [...this.bySid.values()].some(({ hasBooks, doubted }) => hasBooks && doubted.has(ticker))
  }
}

function numberedIn(
  text: string,
): { readonly type: string; readonly sid: number; readonly seq: number; readonly ticker: string } | null {
  const [type, sid, seq, ticker] = [/"type":"(\w+)"/, /"sid":(\d+)/, /"seq":(\d+)/, /"market_ticker":"([^"]+)"/].map(
    (pattern) => pattern.exec(text)?.[1],
  )
  // Half a message is none.
  if (!text.endsWith('}}') || type === undefined || sid === undefined || seq === undefined) return null
  return { type, sid: Number(sid), seq: Number(seq), ticker: ticker ?? '' }
}
