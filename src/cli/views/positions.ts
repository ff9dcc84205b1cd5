import { remains } from '../../engine/reconcile/difference.ts'
import type { PositionJson, PositionListJson, ReconcileJson } from '../json/position-json.ts'
import { amount, count, type Document, exact, fields, table, text, words } from './document.ts'
import { dollars } from './dollars.ts'
import { driftSentence } from './order-text.ts'
import { waitingTradeText } from './waiting-trade.ts'

export function positionListView({ positions, trades, exposure, totals }: PositionListJson): Document {
  return [
    positions.length === 0 ? text('Nothing is held.') : table(positionColumns, positions.map(positionRow)),
    ...positions.flatMap(positionNotes),
    ...trades.map((trade) => text(waitingTradeText(trade))),
    fields([
      ['exposure', dollars(exposure.total)],
      ['in positions', dollars(exposure.positions)],
      ['in provisional fills', dollars(exposure.provisional)],
      ['in resting orders', dollars(exposure.resting)],
      ['in unknown orders', dollars(exposure.unknown)],
      ['realized in all', dollars(totals.realizedPnl)],
      ['by provisional sales', dollars(totals.provisionalPnl)],
      ['fees in all', dollars(totals.fees)],
    ]),
  ]
}

const positionColumns = [
  words('MARKET'),
  exact('OUTCOME'),
  amount('QUANTITY'),
  amount('PROVISIONAL'),
  amount('COST EACH'),
  amount('PRICE NOW'),
  amount('UNREALIZED'),
  amount('REALIZED'),
  amount('FEES'),
]

function positionRow(position: PositionJson): readonly string[] {
  return [
    position.market,
    position.outcome,
    position.quantity,
    position.provisionalQuantity,
    dollars(position.averageCost),
    dollars(position.marketPrice),
    dollars(position.unrealizedPnl),
    dollars(position.realizedPnl),
    dollars(position.fees),
  ]
}

/** What a row of figures cannot say. */
function positionNotes(position: PositionJson): Document {
  const { market, outcome, provisionalQuantity, provisionalSold, claimedQuantity, dustQuantity } = position
  const what = `${market} ${outcome}`
  const notes: string[] = []
  if (provisionalQuantity !== '0') {
    notes.push(
      `${what}: ${provisionalQuantity} can still be taken back by the venue. Run: crosstape positions reconcile`,
    )
  }
  if (provisionalSold !== '0') {
    notes.push(`${what}: ${provisionalSold} sold, which come back if the sale does not settle.`)
  }
  if (claimedQuantity !== '0') {
    const claimed = claimedQuantity.startsWith('-') ? `${claimedQuantity.slice(1)} sold` : `${claimedQuantity} more`
    notes.push(`${what}: orders report ${claimed}, not booked yet. Run: crosstape positions reconcile`)
  }
  if (dustQuantity !== null && dustQuantity !== '0') {
    notes.push(
      `${what}: ${dustQuantity} of it is dust, less than the market trades in: it can be held and redeemed, not sold.`,
    )
  }
  return notes.map((note) => text(note))
}

export function reconcileView(report: ReconcileJson): Document {
  const open = report.differences.filter(remains)
  return [
    ...settlements(report),
    ...report.dust.map(({ venue, subject, quantity, listedFrom }) =>
      text(
        `${venue} ${subject}: ${quantity} is dust. The venue lists holdings from ${listedFrom} on, so it cannot confirm it.`,
      ),
    ),
    ...report.differences.map((difference) => text(differenceText(difference))),
    ...(report.claimed === 0 ? [] : [text(`${count(report.claimed, 'order')} placed elsewhere claimed.`)]),
    text(tally(report)),
    text(open.length === 0 ? agreement(report) : `${count(open.length, 'difference')} between journal and venues.`),
    ...lostRecords(report),
    ...whatToDo(open),
    ...waiting(report),
  ]
}

function agreement({ unsettled, cashMoving }: ReconcileJson): string {
  const apart = unsettled.length === 0 ? '' : 'Apart from that, '
  if (cashMoving.length === 0) return apart === '' ? 'Journal and venues agree.' : `${apart}they agree.`
  const where = cashMoving.join(' and ')
  return `${apart}${apart === '' ? 'Orders' : 'orders'} and positions agree. Cash was not compared with ${where}: an order there may have moved it unseen.`
}

function lostRecords({ recordsLost }: ReconcileJson): Document {
  if (recordsLost.length === 0) return []
  return [
    text(
      `Records of the journal were lost, and ${recordsLost.join(' and ')} has not agreed in orders, positions and cash since: nothing new is opened there. Run it again.`,
    ),
  ]
}

/** Of one order only: nothing was compared, so nothing is said of agreement. */
export function settlementView(report: ReconcileJson): Document {
  return [...settlements(report), text(tally(report)), ...waiting(report)]
}

function settlements({ settled, unsettled, reversed, trades, feeDrifts }: ReconcileJson): Document {
  return [
    ...reversed.map(({ orderId, fillIds, market, outcome, side, quantity }) =>
      text(
        `GHOST FILL of ${orderId}: the venue matched ${side} ${quantity} ${outcome} on ${market} and took it back (${fillIds.join(', ')}). Nothing moved; position, cost and fee are booked back.`,
      ),
    ),
    ...trades.map(({ tradeId, from, to, imbalance }) =>
      text(`${tradeId}: ${from} -> ${to}.${imbalanceText(imbalance)}`),
    ),
    ...settled.map(({ orderId, from, to, evidence }) =>
      text(`${orderId}: ${from === to ? to : `${from} -> ${to}`}. ${evidence}`),
    ),
    ...unsettled.map(({ orderId, reason }) => text(`${orderId}: not settled yet. ${reason}`)),
    ...feeDrifts.map((drift) => text(`${drift.orderId}: ${driftSentence(drift)}`)),
  ]
}

function imbalanceText(imbalance: string | null): string {
  if (imbalance === null || imbalance === '0') return ''
  return ` ${imbalance} contracts of one leg are held without the other: close them, or buy the missing ones.`
}

function tally({ settled, unsettled, booked }: ReconcileJson): string {
  return `${count(settled.length, 'order')} settled, ${unsettled.length} not; ${count(booked, 'fill')} booked.`
}

/** Markets carry the name of their venue; the venue's own order ids do not. */
function differenceText(difference: ReconcileJson['differences'][number]): string {
  const { venue, subject, cause, ours, theirs, likelyCause, fixed } = difference
  const where = subject.startsWith(venue) ? subject : `${venue} ${subject}`
  const why = `${cause.replaceAll('_', ' ')}: ${likelyCause}`
  return `${where}: we have ${ours}, the venue has ${theirs}. ${why}${fixed ? ' (fixed)' : ''}`
}

/** What a person can do about what is left. */
function whatToDo(open: ReconcileJson['differences']): Document {
  const has = (...causes: readonly string[]): boolean => open.some(({ cause }) => causes.includes(cause))
  return [
    ...(has('placed_elsewhere', 'missed_fill', 'settled_market')
      ? [text('To book what the venue proves: crosstape positions reconcile --fix')]
      : []),
    ...(open.some(({ kind, cause }) => kind === 'order_placed_elsewhere' && cause === 'placed_elsewhere')
      ? [text('To leave orders placed elsewhere alone: crosstape positions reconcile --claim ignore')]
      : []),
    ...(open.some(({ kind }) => kind === 'cash')
      ? [text('If you moved the cash yourself: crosstape positions reconcile --accept-cash')]
      : []),
  ]
}

function waiting({ unsettled }: ReconcileJson): Document {
  return unsettled.length === 0 ? [] : [text('Orders that are not settled count in full. Run it again in a minute.')]
}
