import type { Members } from '../streams/frame.ts'

/** Markets in one command. The limits are far off (500,000 markets a session); this keeps a message small. */
const MARKETS_A_COMMAND = 1_000

/** Commands that are to be sent, and those that wait for an answer. */
export class Commands {
  private readonly unanswered = new Map<number, number>()
  private readonly outbox: string[] = []
  private lastId = 0

  constructor(private readonly nowMs: () => number) {}

  add(cmd: string, params: Members): void {
    const id = ++this.lastId
    this.unanswered.set(id, this.nowMs())
    this.outbox.push(JSON.stringify({ id, cmd, params }))
  }

  /** One command, or several when there are more markets than one should name. */
  addForMarkets(cmd: string, tickers: readonly string[], params: Members): void {
    for (let start = 0; start < tickers.length; start += MARKETS_A_COMMAND) {
      this.add(cmd, { ...params, market_tickers: tickers.slice(start, start + MARKETS_A_COMMAND) })
    }
  }

  answered(id: number | null): void {
    if (id !== null) this.unanswered.delete(id)
  }

  /** When the oldest command was sent that has no answer, monotonic ms; null when there is none. */
  oldestMs(): number | null {
    // In order of sending, as a map keeps them.
    for (const atMs of this.unanswered.values()) return atMs
    return null
  }

  drain(): readonly string[] {
    return this.outbox.splice(0)
  }

  clear(): void {
    this.unanswered.clear()
    this.outbox.length = 0
  }
}
