import type { ArbEvent } from '../../arb/arb-event.ts'
import { describeSchedule } from '../../domain/fee-drift.ts'
import { type OpportunityJson, opportunityJson, tradedJson } from '../json/arb-json.ts'
import { legsText, opportunityLine, tradeLine, wordOf } from '../views/arb.ts'
import { amount, count, type Document, exact, sentence, table, text } from '../views/document.ts'
import { dollars } from '../views/dollars.ts'
import { printableLines } from '../views/printable.ts'

/** One line for what happened. Null: nothing worth a line. */
export function eventLine(event: ArbEvent, nowMs: number): string | null {
  switch (event.kind) {
    case 'opportunity':
      return `seen: ${opportunityLine(opportunityJson(event.found, event.worst, nowMs))}`
    case 'gone':
      return `gone: ${event.pair.key}`
    case 'trading':
      return `sending ${event.tradeId}: ${opportunityLine(opportunityJson(event.found, event.worst, nowMs))}`
    case 'traded':
      return tradeLine(tradedJson(event.traded, nowMs))
    case 'signed':
      return `signed, not sent: ${opportunityLine(opportunityJson(event.signed.found, event.signed.worst, nowMs))}`
    case 'no_room':
      return `left alone: ${event.found.pair.key}: what may still be lost today is less than it loses at worst`
    case 'settled':
      return `${event.tradeId}: ${event.from} is ${event.to}`
    case 'lapsed':
      return `no longer traded: ${event.pair.key}: its texts have changed since they were approved, or cannot be read`
    case 'fees_doubted':
      return `fees changed: ${event.market}: its pairs are left alone until what it charges now has been read`
    case 'fees_read':
      return `fees read: ${event.market}: ${describeSchedule(event.fees)}`
    case 'mended':
      return `${event.trade.id}: mended, ${wordOf(event.trade)}`
  }
}

/** What stands open now, for a terminal. */
class Board {
  readonly #open = new Map<string, OpportunityJson>()
  #trades = 0

  constructor(private readonly pairs: number) {}

  /** @returns Whether the board looks otherwise now. */
  hear(event: ArbEvent, nowMs: number): boolean {
    switch (event.kind) {
      case 'opportunity':
        this.#open.set(event.found.pair.key, opportunityJson(event.found, event.worst, nowMs))
        return true
      case 'gone':
        return this.#open.delete(event.pair.key)
      case 'traded':
        this.#trades++
        return true
      default:
        return false
    }
  }

  show(): Document {
    const rows = [...this.#open.values()].map((found) => [
      found.pair,
      legsText(found),
      found.pairs,
      dollars(found.edgePerPair),
      dollars(found.edge),
      dollars(found.worstLoss.most),
    ])
    const head = [
      sentence('PAIR'),
      exact('BUY'),
      amount('PAIRS'),
      amount('KEEPS EACH'),
      amount('KEEPS'),
      amount('AT WORST'),
    ]
    const status = `${count(this.pairs, 'pair')} watched, ${this.#open.size} pay now, ${this.#trades} traded. Ctrl-C ends in good order.`
    return rows.length === 0 ? [text(status)] : [table(head, rows), text(status)]
  }
}

/** What the loop tells, shown: a board that is drawn over itself on a terminal, and lines. */
export interface Watcher {
  start(pairs: number): void
  hear(event: ArbEvent, nowMs: number): void
  end(): Promise<void>
}

/** Plain lines: for pipes and logs. */
export function lineWatcher(print: (line: string) => void): Watcher {
  return {
    start: () => undefined,
    hear: (event, nowMs) => {
      const line = eventLine(event, nowMs)
      if (line !== null) print(line)
    },
    end: () => Promise.resolve(),
  }
}

/** A board on a terminal. What is seen and gone is on it; what is done stays as a line above. */
export function boardWatcher(table: { draw(document: Document): Promise<void>; print(line: string): void }): Watcher {
  let board = new Board(0)
  let drawn: Promise<void> = Promise.resolve()
  const draw = (): void => {
    drawn = drawn.then(() => table.draw(board.show()))
  }
  return {
    start: (pairs) => {
      board = new Board(pairs)
      draw()
    },
    hear: (event, nowMs) => {
      const line = event.kind === 'opportunity' || event.kind === 'gone' ? null : eventLine(event, nowMs)
      if (line !== null) drawn = drawn.then(() => table.print(printableLines(line)))
      if (board.hear(event, nowMs)) draw()
    },
    end: () => drawn,
  }
}
