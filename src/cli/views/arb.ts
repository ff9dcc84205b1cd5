import { parseRate } from '../../domain/amounts.ts'
import type { ArbTrade } from '../../store/events.ts'
import {
  type ArbRunJson,
  isWithin,
  type OpportunityJson,
  type ScanJson,
  type ScannedJson,
  type TradedJson,
} from '../json/arb-json.ts'
import { waitingTradeJson } from '../json/trade-json.ts'
import { amount, count, type Document, exact, lines, orUnknown, sentence, table, text, UNKNOWN } from './document.ts'
import { dollars } from './dollars.ts'
import { waitingTradeText } from './waiting-trade.ts'

const columns = [
  sentence('PAIR'),
  exact('BUY'),
  amount('PAIRS'),
  amount('KEEPS EACH'),
  amount('KEEPS'),
  amount('TIES UP'),
  amount('A YEAR'),
  amount('AT WORST'),
  amount('BOOKS MS'),
  sentence('ENDS BY'),
]

export function scanView({ pairs, leftOut }: ScanJson): Document {
  const nobody = pairs.length === 0 && leftOut.length === 0
  return [
    ...(nobody
      ? [text('No approved pairs. crosstape markets match proposes some, crosstape pairs approve approves one.')]
      : []),
    table(columns, pairs.map(scanRow)),
    ...leftOutLines(leftOut),
  ]
}

function leftOutLines(leftOut: ScanJson['leftOut']): Document {
  return leftOut.map(({ pair, reason }) => text(`Not looked at: ${pair}: ${reason}.`))
}

function scanRow({ pair, markets, opportunity, reason }: ScannedJson): readonly string[] {
  const ages = markets.map(({ bookAgeMs }) => (bookAgeMs === null ? UNKNOWN : String(bookAgeMs))).join(' ')
  if (opportunity === null) return [pair, UNKNOWN, ...Array(6).fill(UNKNOWN), ages, reason?.message ?? '']
  const { pairs, edge, edgePerPair, collateral, annualisedReturn, worstLoss, boundBy } = opportunity
  return [
    pair,
    legsText(opportunity),
    pairs,
    dollars(edgePerPair),
    dollars(edge),
    dollars(collateral),
    percent(annualisedReturn),
    dollars(worstLoss.most),
    ages,
    boundBy.replaceAll('_', ' '),
  ]
}

/** `yes 0.4 + no 0.55`. */
export function legsText({ legs }: Pick<OpportunityJson, 'legs'>): string {
  return legs.map(({ outcome, limit }) => `${outcome} ${limit}`).join(' + ')
}

/** `12.3 %` for 0.123456, rounded down. */
function percent(share: string | null): string {
  if (share === null) return UNKNOWN
  const tenths = parseRate(share) / 1_000n
  return `${tenths / 10n}.${tenths % 10n} %`
}

export function opportunityLine(found: OpportunityJson): string {
  const { pair, pairs, edge, worstLoss } = found
  return `${pair}: buy ${legsText(found)}, ${pairs} pairs keep ${dollars(edge)}; at worst it loses ${dollars(worstLoss.most)}`
}

export function tradeLine({ trade, legs, denials, withinWorstLoss }: TradedJson): string {
  if (denials.length > 0) return `${trade.id}: not sent. ${denials.map(({ message }) => message).join(' ')}`
  const filled = legs.map(({ filled: contracts, status }) => `${orUnknown(contracts)} (${status})`).join(' and ')
  return `${trade.id}: ${wordOf(trade)}, ${filled} filled, ${resultText(trade, withinWorstLoss)}`
}

export function wordOf({ status, provisional }: ArbTrade): string {
  return provisional === true ? 'both sides filled, not final yet' : status
}

function resultText(
  { edgeRealized, edgeExpected, imbalance, worstLossExpected }: ArbTrade,
  within: boolean | null,
): string {
  const worst = worstLossExpected === undefined ? '' : `, at worst ${dollars(`-${worstLossExpected}`)}`
  const beyond = within === false ? ', which is more than was expected at worst' : ''
  const lone = imbalance === null || imbalance === '0' ? '' : `; ${imbalance} contracts stand without their other half`
  const kept = edgeRealized === null ? 'what it keeps is not known yet' : `kept ${dollars(edgeRealized)}${beyond}`
  return `${kept} (expected ${dollars(edgeExpected)}${worst})${lone}`
}

/** What was tried, and what the pairs came to each time that a book of theirs changed. */
function paperLines(paper: ArbRunJson['paper']): Document {
  if (paper === null) return []
  const { session, from, to, latencyMs, looks } = paper
  const told = (counts: Readonly<Record<string, number>>): string =>
    Object.entries(counts)
      .map(([what, times]) => `${what.replaceAll('_', ' ')} ${times}`)
      .join(', ')
  return [
    text(`On paper: ${session}, ${from} to ${to}; orders meet the books after ${latencyMs} ms. Nothing was sent.`),
    ...looks.map(({ pair, counts }) => text(`${pair}: ${told(counts)}.`)),
  ]
}

function openText(trade: ArbTrade): string {
  const waiting = waitingTradeJson(trade)
  return waiting === null ? `${trade.id} is open: ${wordOf(trade)}.` : waitingTradeText(waiting)
}

export function arbRunView(run: ArbRunJson): Document {
  const { pairs, opportunities, trades, signed, mended, open, unsettled, cancelled, leftOut, refused, paper } = run
  return [
    ...paperLines(paper),
    text(
      `${count(pairs, 'pair')} watched, ${count(opportunities, 'opportunity', 'opportunities')} seen, ${count(trades.filter(({ denials }) => denials.length === 0).length, 'trade')}${signed.length === 0 ? '' : `, ${count(signed.length, 'trade')} signed and not sent`}.`,
    ),
    ...trades.map((each) => text(tradeLine(each))),
    ...signed.map(({ opportunity, orders }) => {
      const denials = orders.flatMap((order) => order.denials)
      const end = denials.length === 0 ? 'signed, nothing was sent' : denials.map(({ message }) => message).join(' ')
      return text(`${opportunityLine(opportunity)}: ${end}`)
    }),
    ...mended.map((trade) => text(`${trade.id}: mended, ${wordOf(trade)}, ${resultText(trade, isWithin(trade))}`)),
    ...lines(cancelled.length === 0 ? null : `${count(cancelled.length, 'resting order')} cancelled.`),
    ...open.map((trade) => text(openText(trade))),
    ...lines(
      unsettled.length === 0
        ? null
        : `The outcome of ${unsettled.join(', ')} is not known. ${paper === null ? 'Run: crosstape positions reconcile' : 'The tape does not tell.'}`,
    ),
    ...(refused === null ? [] : [text(refused.message), text(`Run: ${refused.suggestion}`)]),
    ...leftOutLines(leftOut),
  ]
}
