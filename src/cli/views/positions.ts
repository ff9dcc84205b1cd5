import type { PositionJson, PositionListJson, ReconcileJson } from '../json/position-json.ts'
import { amount, count, type Document, exact, fields, table, text, words } from './document.ts'
import { dollars } from './dollars.ts'

export function positionListView({ positions, exposure }: PositionListJson): Document {
  return [
    positions.length === 0 ? text('Nothing is held.') : table(positionColumns, positions.map(positionRow)),
    fields([
      ['exposure', dollars(exposure.total)],
      ['in positions', dollars(exposure.positions)],
      ['in resting orders', dollars(exposure.resting)],
      ['in unknown orders', dollars(exposure.unknown)],
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

export function reconcileView({ settled, unsettled, differences, booked }: ReconcileJson): Document {
  const open = differences.filter((difference) => !difference.fixed)
  return [
    ...settled.map(({ orderId, from, to, evidence }) => text(`${orderId}: ${from} -> ${to}. ${evidence}`)),
    ...unsettled.map(({ orderId, reason }) => text(`${orderId}: not settled yet. ${reason}`)),
    ...differences.map(({ venue, subject, ours, theirs, likelyCause, fixed }) =>
      text(`${venue} ${subject}: we have ${ours}, the venue has ${theirs}. ${likelyCause}${fixed ? ' (fixed)' : ''}`),
    ),
    text(`${count(settled.length, 'order')} settled, ${unsettled.length} not; ${count(booked, 'fill')} booked.`),
    text(
      open.length === 0
        ? 'Journal and venues agree.'
        : `${count(open.length, 'difference')} between journal and venues.`,
    ),
    ...(unsettled.length === 0 ? [] : [text('Orders that are not settled count in full. Run it again in a minute.')]),
  ]
}
