import type { ArbEvent } from '../../arb/arb-event.ts'
import { evaluatePair } from '../../arb/detect.ts'
import { pushSource } from '../../arb/feed-source.ts'
import { PaperFeed } from '../../arb/paper-feed.ts'
import type { ArbPair } from '../../arb/ports.ts'
import { runArb } from '../../arb/run.ts'
import { readAccountFacts, termsNow } from '../../arb/terms.ts'
import type { LegOrder } from '../../arb/trade-opportunity.ts'
import type { Recording } from '../../capture/read/recording.ts'
import { sealNetwork } from '../../capture/replay/replay-seal.ts'
import { openReplay, type ReplayTape } from '../../capture/replay/replay-tape.ts'
import { ToolkitError, type VenueError } from '../../domain/errors.ts'
import { type Market, type MarketId, type VenueId, venueIds } from '../../domain/market.ts'
import type { VenueCapabilities } from '../../domain/venue.ts'
import { linkedAbort } from '../../runtime/abort.ts'
import { isoTime, VirtualClock } from '../../runtime/clock.ts'
import { ScriptedClock } from '../../runtime/scripted-clock.ts'
import { type ArbRunJson, arbRunJson, type PaperJson } from '../json/arb-json.ts'
import { loadUndamaged } from '../replay/replay-session.ts'
import { replayClient } from '../replay/trading.ts'
import type { Session } from '../session/session.ts'
import type { Wishes } from './arb-flags.ts'
import { paperTrading } from './paper-trading.ts'
import { TapeBooks } from './tape-books.ts'
import { pairsOnTape } from './tape-pairs.ts'
import { eventLine } from './watch.ts'

export interface PaperRunOptions {
  /** Name of a recording in `captureDir`, or a path to one. */
  readonly from: string
  readonly captureDir: string
  readonly wishes: Wishes
  readonly order: LegOrder
  readonly once: boolean
  readonly maxTrades: number | null
  readonly only: readonly string[]
  /** `FIRST,SECOND` or `FIRST,SECOND,inverted`. Empty: the approved pairs. */
  readonly named: readonly string[]
  /** From a decision to the moment at which its orders meet the book, ms. */
  readonly latencyMs: number
  announce(pairs: readonly string[], leftOut: ArbRunJson['leftOut']): void
  onEvent(event: ArbEvent, nowMs: number): void
  onProblem(message: string): void
  readonly signal: AbortSignal
}

/**
 * The loop of `arb run` on the books of a recording: the same detection, execution, mending and limits, on the tape's own
 * clock, with venues on paper and a journal in memory that begins empty. Nothing leaves the process, and the same tape with
 * the same wishes gives the same report to the byte.
 * @throws ToolkitError (usage) when the tape cannot be read or shows no books of any pair.
 */
export async function runFromRecording(session: Session, options: PaperRunOptions): Promise<ArbRunJson> {
  const recording = loadUndamaged(options.from, options.captureDir)
  const seal = sealNetwork()
  // Of REST: what the markets were, and what their venues can do.
  const tape = openReplay([recording], { mode: 'by-endpoint' })
  try {
    const report = await trade(session, { recording, tape }, options)
    const [tried] = seal.attempts()
    if (tried !== undefined) throw new Error(`a run on paper tried to ${tried.what}; it was stopped`)
    return report
  } finally {
    await tape.close()
    seal.release()
  }
}

interface Played {
  readonly recording: Recording
  readonly tape: ReplayTape
}

async function trade(session: Session, played: Played, options: PaperRunOptions): Promise<ArbRunJson> {
  const { recording, tape } = played
  const { signal, wishes, onEvent } = options
  const limits = session.settings.limits
  const { pairs, leftOut } = await pairsWithBooks(session, played, options)
  options.announce(
    pairs.map(({ key }) => key),
    leftOut,
  )
  const markets = marketsOf(pairs)
  const clock = new ScriptedClock(recording.manifest.clockOriginMs)
  const ended = linkedAbort(signal)
  const problems = new Set<string>()
  const books = await TapeBooks.open({
    recording,
    markets,
    clock,
    staleAfterMs: limits.maxBookAgeMs,
    onProblem: ({ message }: VenueError) => {
      if (!problems.has(message)) options.onProblem(message)
      problems.add(message)
    },
    onNews: (news) => source.announce(news),
    onEnd: ended.abort,
  })
  clock.play(books)
  const feed = new PaperFeed(books.feed)
  const { latencyMs } = options
  const capabilities = await capabilitiesOf(tape)
  const feesTold = (market: Market) => books.feesTold(market)
  const trading = paperTrading(recording, { capabilities, limits, markets, feed, clock, latencyMs, feesTold })
  const decisions: PaperJson['decisions'][number][] = []
  const reasons = new Reasons(pairs)
  const facts = await readAccountFacts(trading, pairs)
  const source = pushSource(feed, clock)
  // Each change is a look: what bound is counted for pairs that are far from paying, too.
  feed.onChange(({ market }) => {
    reasons.changed(market)
    source.wake()
  })
  const report = await runArb(trading, {
    pairs,
    source: {
      feed,
      next: async (stop) => {
        await source.next(stop)
        reasons.look((pair) => {
          const [first, second] = [feed.book(pair.markets[0].id), feed.book(pair.markets[1].id)]
          if (first === null || second === null) return 'not_watched'
          const found = evaluatePair(pair, [first, second], termsNow(trading, wishes, facts))
          return found.kind === 'none' ? found.reason.kind : 'pays'
        })
      },
      wake: () => source.wake(),
      news: () => source.news?.() ?? [],
    },
    wishes,
    policy: wishes.policy,
    order: options.order,
    maxTrades: options.maxTrades,
    once: options.once,
    execution: 'send',
    // What was approved when the tape begins stays so: a tape shows no text twice.
    approvedNow: () => Promise.resolve(reasons.standing()),
    announcements: 'heard',
    onEvent: (event) => {
      if (event.kind === 'fees_doubted' || event.kind === 'fees_read') reasons.replace(event.pairs)
      const nowMs = clock.nowMs()
      const line = eventLine(event, nowMs)
      if (line !== null) decisions.push({ time: isoTime(nowMs), kind: event.kind, line })
      onEvent(event, nowMs)
    },
    signal: ended.signal,
  })
  const paper: PaperJson = {
    session: recording.session,
    from: isoTime(books.startsAtMs),
    to: isoTime(books.endsAtMs),
    latencyMs,
    decisions,
    looks: reasons.counts(),
  }
  return arbRunJson(report, { pairs: pairs.length, leftOut, nowMs: clock.nowMs(), paper })
}

async function capabilitiesOf(tape: ReplayTape): Promise<ReadonlyMap<VenueId, VenueCapabilities>> {
  const able = new Map<VenueId, VenueCapabilities>()
  for (const venue of venueIds) {
    able.set(venue, (await replayClient(venue, { tape, clock: tape.clock, accounts: {} })).capabilities)
  }
  return able
}

/** How often each pair was looked at after its books changed, by what the look came to. */
class Reasons {
  readonly #counts = new Map<string, Map<string, number>>()
  readonly #changed = new Set<MarketId>()

  readonly #pairs: Map<string, ArbPair>

  constructor(pairs: readonly ArbPair[]) {
    this.#pairs = new Map(pairs.map((pair) => [pair.key, pair]))
    for (const { key } of pairs) this.#counts.set(key, new Map())
  }

  /** As they are known now. */
  standing(): readonly ArbPair[] {
    return [...this.#pairs.values()]
  }

  replace(pairs: readonly ArbPair[]): void {
    for (const pair of pairs) this.#pairs.set(pair.key, pair)
  }

  changed(market: MarketId): void {
    this.#changed.add(market)
  }

  look(judge: (pair: ArbPair) => string): void {
    for (const pair of this.#pairs.values()) {
      if (!pair.markets.some(({ id }) => this.#changed.has(id))) continue
      const counts = this.#counts.get(pair.key)
      const reason = judge(pair)
      counts?.set(reason, (counts.get(reason) ?? 0) + 1)
    }
    this.#changed.clear()
  }

  counts(): PaperJson['looks'] {
    return [...this.#counts].map(([pair, counts]) => ({ pair, counts: Object.fromEntries([...counts].sort()) }))
  }
}

function marketsOf(pairs: readonly ArbPair[]): readonly Market[] {
  return [...new Map(pairs.flatMap(({ markets }) => markets).map((market) => [market.id, market])).values()]
}

/** The tape is played once without anybody who trades: a pair of which it never shows both books is no pair to try. */
async function pairsWithBooks(
  session: Session,
  { recording, tape }: Played,
  { named, only }: PaperRunOptions,
): ReturnType<typeof pairsOnTape> {
  const found = await pairsOnTape(session, tape, { named, only })
  if (found.pairs.length === 0) throw nothingToTry(recording, found.leftOut)
  const shown = await marketsShown(recording, marketsOf(found.pairs))
  const missing = ({ markets }: ArbPair): Market | undefined => markets.find(({ id }) => !shown.has(id))
  const bookless = found.pairs.flatMap((pair) => {
    const market = missing(pair)
    return market === undefined ? [] : [{ pair: pair.key, reason: `the tape shows no book of ${market.id}` }]
  })
  const leftOut = [...found.leftOut, ...bookless]
  const pairs = found.pairs.filter((pair) => missing(pair) === undefined)
  if (pairs.length === 0) throw nothingToTry(recording, leftOut)
  return { pairs, leftOut }
}

async function marketsShown(recording: Recording, markets: readonly Market[]): Promise<ReadonlySet<MarketId>> {
  const clock = new VirtualClock(0)
  const staleAfterMs = Number.POSITIVE_INFINITY
  const ignore = (): void => undefined
  const books = await TapeBooks.open({
    recording,
    markets,
    clock,
    staleAfterMs,
    onProblem: ignore,
    onNews: ignore,
    onEnd: ignore,
  })
  for (let atMs = books.nextAtMs; atMs !== null; atMs = books.nextAtMs) {
    clock.advanceTo(atMs)
    books.happen()
  }
  return books.shown
}

function nothingToTry({ session, manifest }: Recording, leftOut: ArbRunJson['leftOut']): ToolkitError {
  const why = leftOut.map(({ pair, reason }) => `${pair}: ${reason}.`)
  const filter = `It was recorded with the filter ${JSON.stringify(manifest.filter)}.`
  const isBookless = leftOut.some(({ reason }) => reason.includes('shows no book'))
  return new ToolkitError({
    code: isBookless ? 'TAPE_WITHOUT_BOOKS' : 'TAPE_WITHOUT_PAIRS',
    category: 'usage',
    message: [
      `Nothing on ${session} can be tried.`,
      ...(why.length > 0 ? why : ['No pair is approved.']),
      ...(why.length > 0 ? [filter] : []),
      'Nothing was sent.',
    ].join(' '),
    facts: { session },
    suggestions: isBookless
      ? ['Books are on a tape that was recorded with --capture-filter all, by arb run or markets watch.']
      : [
          'Name one: --pair FIRST,SECOND, with ,inverted behind it where YES of one is NO of the other.',
          'crosstape pairs list',
        ],
  })
}
