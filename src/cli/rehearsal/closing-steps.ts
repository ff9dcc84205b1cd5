import { venueIds } from '../../domain/market.ts'
import { syncMarkets } from '../../engine/markets/sync-markets.ts'
import { reconcile } from '../../engine/reconcile/reconcile.ts'
import { type ComparedHolding, compareHoldings } from './holdings.ts'
import type { Step } from './stage.ts'

/** Fewer than this from a venue means that paging broke off. */
const marketsLeast = 200

export const syncStep: Step = {
  name: 'sync markets of both venues',
  expected: `at least ${marketsLeast} markets from each`,
  run: async ({ session, signal }) => {
    const { trading, catalogue } = session
    const synced = await syncMarkets(trading, catalogue, { venues: venueIds, onProgress: () => undefined }, signal)
    const observed = synced.map(({ venue, markets, error }) =>
      error === null ? `${venue} ${markets}` : `${venue} failed: ${error.message}`,
    )
    return {
      ok: synced.every(({ markets, error }) => error === null && markets >= marketsLeast),
      observed: observed.join(', '),
    }
  },
}

/** A match becomes final some seconds later; the sandbox's clock can be moved there. */
const settlementMs = 60_000

const reconcileStep: Step = {
  name: 'reconcile with both venues',
  expected: 'no difference, nothing unsettled, every match final',
  run: async ({ session, control, signal }) => {
    await control.advance(settlementMs)
    const report = await reconcile(session.trading, { fix: false, venues: venueIds }, signal)
    const { positions, openTrades } = session.trading.ledger.state
    const provisional = [...positions.values()].filter(
      ({ provisionalBought, provisionalSold }) => provisionalBought !== 0n || provisionalSold !== 0n,
    )
    const { differences, unsettled } = report
    return {
      ok: differences.length === 0 && unsettled.length === 0 && provisional.length === 0 && openTrades.size === 0,
      observed: `${differences.length} differences, ${unsettled.length} unsettled, ${provisional.length} not final, ${openTrades.size} two-leg trades open${differences
        .slice(0, 2)
        .map(({ subject, ours, theirs }) => `; ${subject}: ${ours} here, ${theirs} there`)
        .join('')}`,
    }
  },
}

/** Reconciling asks the venues the way any account would. This asks the exchange itself. */
const truthStep: Step = {
  name: "hold positions against the exchange's own books",
  expected: 'the same contracts on both sides',
  run: async ({ session, control }) => {
    const { positions } = session.trading.ledger.state
    const compared: ComparedHolding[] = []
    for (const venue of venueIds) compared.push(...compareHoldings(positions, await control.account(venue)))
    const wrong = compared.flatMap(({ wrong }) => wrong ?? [])
    return {
      ok: wrong.length === 0 && compared.length > 0,
      observed: wrong[0] ?? `${compared.length} holdings compared, all equal`,
    }
  },
}

/** Steps that run in the session, after its orders. */
export const closingSteps: readonly Step[] = [reconcileStep, truthStep]
