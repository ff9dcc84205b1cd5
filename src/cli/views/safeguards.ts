import { isEmptied } from '../halt/cancel-reasons.ts'
import type { BreakerJson, HaltJson, HaltResultJson, ResumeJson, SafeguardsJson } from '../json/safeguards-json.ts'
import { amount, count, type Document, exact, fields, orUnknown, sentence, table, text } from './document.ts'
import { dollars } from './dollars.ts'

export function safeguardsView(status: SafeguardsJson): Document {
  const { exposure, limits } = status
  return [
    text(haltText(status.halted)),
    fields([
      ['environment', status.environment],
      ['exposure', `${dollars(exposure.total)} of ${dollars(limits.maxExposure ?? null)}`],
      ['in positions', dollars(exposure.positions)],
      ['in provisional fills', dollars(exposure.provisional)],
      ['in resting orders', dollars(exposure.resting)],
      ['in unknown orders', `${dollars(exposure.unknown)} (${count(status.unknownOrders, 'order')})`],
      ['realized today', `${dollars(status.today.realizedPnl)} since 00:00 UTC`],
    ]),
    text('Limits, set under limits. in a configuration file:'),
    fields(Object.entries(limits).map(([name, value]) => [name, value ?? 'none'])),
    table(
      [exact('BREAKER'), exact('STATE'), amount('FAILURES'), sentence('ORDERS'), exact('NEXT TRY')],
      status.breakers.map((breaker) => [
        breaker.name,
        breaker.state.replace('_', ' '),
        String(breaker.failures),
        ordersText(breaker),
        breaker.retryInMs === null ? '' : `in ${Math.ceil(breaker.retryInMs / 1000)} s, ${breaker.retryAt}`,
      ]),
    ),
    ...status.feeDrifts.map(({ series, orderId, at }) =>
      text(
        `Fee drift in ${series}: order ${orderId} was charged more than limits had counted (${at}). Nothing new is opened there until: crosstape safeguards resume`,
      ),
    ),
    ...(status.unknownOrders === 0 ? [] : [text('Run: crosstape positions reconcile')]),
  ]
}

function ordersText({ state, admitted, sharePercent }: BreakerJson): string {
  const now = admitted ? 'let through' : 'held back'
  if (sharePercent !== null) return `${now}; ${sharePercent} % of the time at present`
  if (state === 'half_open') return admitted ? 'one is let through, to try' : 'held back while one tries'
  return now
}

export function haltView(report: HaltResultJson): Document {
  const { halted, problem, venues, unanswered, stillBooked } = report
  const late = unanswered === null || stillBooked === null || unanswered > 0
  const isAllEmpty = venues.length > 0 && venues.every(isEmptied)
  return [
    text(halted === null ? (problem ?? 'NOT halted.') : haltText(halted)),
    ...(halted === null
      ? []
      : [text(`No process began an order later than ${report.haltedAfterMs} ms after the start.`)]),
    ...(venues.length === 0
      ? [text('Nothing was cancelled: what rests goes on resting.')]
      : [
          table(
            [exact('VENUE'), amount('CANCELLED'), amount('STILL RESTING'), amount('AFTER MS'), sentence('MESSAGE')],
            venues.map(({ venue, cancelled, stillResting, afterMs, message }) => [
              venue,
              orUnknown(cancelled === null ? null : String(cancelled)),
              orUnknown(stillResting === null ? null : String(stillResting)),
              String(afterMs),
              message ?? '',
            ]),
          ),
          text(
            isAllEmpty
              ? `Nothing rests in ${report.environment} any more.`
              : `Something may still rest in ${report.environment}. Run it again, or: crosstape trade cancel --all`,
          ),
        ]),
    ...(late ? [text(lateText(unanswered))] : []),
    ...(late || stillBooked === 0 || !isAllEmpty ? [] : [text(bookedText(stillBooked))]),
    text(halted === null ? whatStays : `${whatStays} To go on: crosstape safeguards resume`),
  ]
}

export function resumeView(_resumed: ResumeJson): Document {
  return [text(haltText(null))]
}

const whatStays = 'Cancelling, reading and reconciling stay possible.'

function bookedText(orders: number): string {
  return `${count(orders, 'order still counts', 'orders still count')} as open in the journal, which does not know the end yet. Run: crosstape positions reconcile`
}

function lateText(unanswered: number | null): string {
  return unanswered === null
    ? 'Whether an order was on its way could not be read from the journal. Run: crosstape positions reconcile'
    : `${count(unanswered, 'order has', 'orders have')} no answer yet and may still come to rest. Run: crosstape positions reconcile`
}

function haltText(halted: HaltJson | null): string {
  return halted === null
    ? 'Orders may be placed.'
    : `HALTED${halted.at === null ? '' : ` since ${halted.at}`}: ${halted.reason.replace(/\.$/, '')}. No order is placed, in any environment.`
}
