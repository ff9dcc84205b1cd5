import { AmountError, parseRate } from '../../domain/amounts.ts'
import { type FeeCategory, feeCategories, kalshiGrids, type Lifetime, polymarketTicks } from '../catalogue/draft.ts'
import type { ListedEntry, ListedMarket } from './entry.ts'
import { BadEntry, Fields, listOf, oneOf, text, time, wholeNumber, yesOrNo } from './fields.ts'

/** An entry, or what is wrong with it and where. */
export type EntryInput =
  | { readonly kind: 'entry'; readonly entry: ListedEntry }
  | { readonly kind: 'wrong'; readonly message: string }

const HOUR_MS = 3_600_000
const feeTypes = ['quadratic', 'quadratic_with_maker_fees', 'quadratic_with_combo_maker_fees'] as const
const protocols = ['v1', 'v1_with_position_ids', 'v2'] as const
const strikeTypes = ['greater', 'greater_or_equal', 'less', 'less_or_equal', 'between', 'custom', 'structured'] as const

/**
 * A body of `POST /listings`: an event as the catalogue's own authors write it, in JSON. Times are RFC 3339; what opens when
 * is left out opens now, and what is known when an hour after the close.
 */
export function readEntry(body: Readonly<Record<string, unknown>>, nowMs: number): EntryInput {
  try {
    return { kind: 'entry', entry: entryOf(new Fields('the entry', body), nowMs) }
  } catch (error) {
    if (error instanceof BadEntry) return { kind: 'wrong', message: error.message }
    throw error
  }
}

function entryOf(fields: Fields, nowMs: number): ListedEntry {
  const venue = fields.need('venue', oneOf(['kalshi', 'polymarket'] as const))
  const entry = venue === 'kalshi' ? kalshiEntry(fields, nowMs) : polymarketEntry(fields, nowMs)
  fields.end()
  return entry
}

function kalshiEntry(fields: Fields, nowMs: number): ListedEntry {
  const ticker = fields.need('ticker', text)
  const series = fields.inside('series')
  const named = {
    ticker: series.need('ticker', text),
    title: series.maybe('title', text) ?? ticker,
    frequency: series.maybe('frequency', text) ?? 'custom',
  }
  series.end()
  const feeType = fields.maybe('feeType', oneOf(feeTypes))
  const feeMultiplier = fields.maybe('feeMultiplier', factor)
  return {
    venue: 'kalshi',
    ticker,
    ...common(fields, ticker, nowMs),
    series: named,
    subTitle: fields.maybe('subTitle', text) ?? '',
    exclusive: fields.maybe('exclusive', yesOrNo) ?? false,
    shard: fields.maybe('shard', wholeNumber(0, 3)) ?? 0,
    grid: fields.maybe('grid', oneOf(kalshiGrids)) ?? 'linear_cent',
    ...(feeType === null ? {} : { feeType }),
    ...(feeMultiplier === null ? {} : { feeMultiplier }),
    secondary: fields.maybe('secondary', text) ?? '',
    markets: markets(fields, nowMs, kalshiMarket),
  }
}

function polymarketEntry(fields: Fields, nowMs: number): ListedEntry {
  const slug = fields.need('slug', text)
  const shared = common(fields, slug, nowMs)
  return {
    venue: 'polymarket',
    slug,
    ...shared,
    negRisk: fields.maybe('negRisk', yesOrNo) ?? false,
    tick: fields.maybe('tick', oneOf(polymarketTicks)) ?? '0.01',
    protocol: fields.maybe('protocol', oneOf(protocols)) ?? 'v1',
    fees: fields.maybe('fees', oneOf<FeeCategory>(feeCategories)) ?? 'other',
    tags: fields.maybe('tags', listOf(text)) ?? [],
    endMs: fields.maybe('end', time) ?? shared.life.closeMs,
    markets: markets(fields, nowMs, polymarketMarket),
  }
}

function common(
  fields: Fields,
  name: string,
  nowMs: number,
): Pick<ListedEntry, 'title' | 'category' | 'draw' | 'life' | 'sources'> {
  const sources = fields.maybe(
    'sources',
    listOf((value, where) => source(new Fields(where, value))),
  )
  return {
    title: fields.need('title', text),
    category: fields.maybe('category', text) ?? 'Other',
    draw: fields.maybe('draw', text) ?? name,
    life: lifetime(fields.inside('life'), nowMs),
    sources: sources ?? [],
  }
}

function source(fields: Fields): ListedEntry['sources'][number] {
  const read = { name: fields.need('name', text), url: fields.maybe('url', text) ?? '' }
  fields.end()
  return read
}

function lifetime(fields: Fields, nowMs: number): Lifetime {
  const openMs = fields.maybe('open', time) ?? nowMs
  const closeMs = fields.need('close', time)
  const determineMs = fields.maybe('determine', time) ?? closeMs + HOUR_MS
  const settleMs = fields.maybe('settle', time) ?? determineMs + HOUR_MS
  const paused = fields.maybe('paused', yesOrNo) ?? false
  if (openMs >= closeMs || closeMs > determineMs || determineMs > settleMs) {
    throw new BadEntry(`${fields.where}: open, close, determine and settle follow one another`)
  }
  fields.end()
  return { openMs, closeMs, determineMs, settleMs, paused }
}

function markets(
  fields: Fields,
  nowMs: number,
  more: (market: Fields) => Partial<ListedMarket> & Pick<ListedMarket, 'claim'>,
): readonly ListedMarket[] {
  const read = fields.need(
    'markets',
    listOf((value, where) => {
      const market = new Fields(where, value)
      const life = market.has('life') ? lifetime(market.inside('life'), nowMs) : null
      const listed: ListedMarket = {
        key: market.maybe('key', text) ?? '',
        title: market.need('title', text),
        label: market.maybe('label', text) ?? '',
        span: [0, market.maybe('chance', wholeNumber(1, 9_999)) ?? 5_000],
        ...(life === null ? {} : { life }),
        ...(market.has('levels') ? { quote: { levels: market.need('levels', wholeNumber(0, 20)) } } : {}),
        ...more(market),
      }
      market.end()
      return listed
    }),
  )
  if (read.length === 0) throw new BadEntry(`${fields.where}: markets names none`)
  return read
}

function kalshiMarket(market: Fields): Pick<ListedMarket, 'claim' | 'strike'> {
  const claim = market.need('claim', text)
  if (!market.has('strike')) return { claim }
  const fields = market.inside('strike')
  const type = fields.need('type', oneOf(strikeTypes))
  const strike = strikeOf(fields, type)
  fields.end()
  return { claim, strike }
}

function strikeOf(fields: Fields, type: (typeof strikeTypes)[number]): NonNullable<ListedMarket['strike']> {
  switch (type) {
    case 'greater':
    case 'greater_or_equal':
      return { type, floor: fields.need('floor', decimal) }
    case 'less':
    case 'less_or_equal':
      return { type, cap: fields.need('cap', decimal) }
    case 'between':
      return { type, floor: fields.need('floor', decimal), cap: fields.need('cap', decimal) }
    case 'custom':
    case 'structured':
      return { type, custom: fields.inside('custom').texts() }
  }
}

function polymarketMarket(market: Fields): Pick<ListedMarket, 'claim' | 'rules' | 'outcomes'> {
  const outcomes = market.maybe('outcomes', listOf(text))
  const rules = market.need('rules', text)
  if (outcomes === null) return { claim: '', rules }
  const [yes, no, ...others] = outcomes
  if (yes === undefined || no === undefined || others.length > 0) {
    throw new BadEntry(`${market.where}: outcomes are two`)
  }
  return { claim: '', rules, outcomes: [yes, no] }
}

function decimal(value: unknown, where: string): string {
  const written = text(value, where)
  if (/^-?\d+(\.\d+)?$/.test(written)) return written
  throw new BadEntry(`${where} must be a number in a string`)
}

function factor(value: unknown, where: string): string {
  const written = text(value, where)
  try {
    parseRate(written)
    return written
  } catch (error) {
    if (error instanceof AmountError) throw new BadEntry(`${where}: ${error.message}`)
    throw error
  }
}
