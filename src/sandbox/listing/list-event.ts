import { ToolkitError } from '../../domain/errors.ts'
import { parseMarketId } from '../../domain/market.ts'
import { tickerOf } from '../catalogue/kalshi-market.ts'
import type { ListEventCommand } from '../commands.ts'
import type { Core } from '../core.ts'
import { draftOf, type ListedEntry } from './entry.ts'

/** Lists an event with its markets, or further markets of one that is there. Throws on bad input, as control commands do. */
export function listEvent(core: Core, { entry }: ListEventCommand): void {
  const { catalogue } = core
  const symbols = symbolsOf(entry)
  const twice = symbols.find((symbol, index) => symbols.indexOf(symbol) !== index)
  if (twice !== undefined) throw wrong('MARKET_EXISTS', `Two markets of the entry are called ${twice}.`)
  for (const symbol of symbols) {
    if (parseMarketId(`${entry.venue}:${symbol}`) === null) {
      throw wrong('BAD_SYMBOL', `${JSON.stringify(symbol)} is no name of a market: letters, digits, dots and dashes.`)
    }
    if (catalogue.find(entry.venue, symbol) !== null) {
      throw wrong('MARKET_EXISTS', `The sandbox has a market ${entry.venue}:${symbol} already.`)
    }
  }
  const event = entry.venue === 'kalshi' ? entry.ticker : entry.slug
  const isNewEvent = catalogue.findEvent(entry.venue, event) === null
  const markets = catalogue.add({ entry, createdMs: core.nowMs, place: catalogue.size })
  core.changes?.listings.push({ venue: entry.venue, event, isNewEvent, markets })
}

function symbolsOf(entry: ListedEntry): readonly string[] {
  const draft = draftOf(entry)
  return draft.markets.map((market) => (draft.venue === 'kalshi' ? tickerOf(draft, market) : market.key))
}

function wrong(code: string, message: string): ToolkitError {
  return new ToolkitError({ code, message: `${message} Nothing was listed.`, category: 'usage' })
}
