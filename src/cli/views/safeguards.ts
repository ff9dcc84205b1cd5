import type { HaltJson, HaltResultJson, SafeguardsJson } from '../json/safeguards-json.ts'
import { count, type Document, exact, fields, orUnknown, table, text } from './document.ts'
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
      [exact('BREAKER'), exact('STATE'), exact('ORDERS'), exact('RETRY AT')],
      status.breakers.map(({ name, state, admitted, retryAt }) => [
        name,
        state,
        admitted ? 'let through' : 'held back',
        retryAt === null ? '' : orUnknown(retryAt),
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

export function haltView({ halted }: HaltResultJson): Document {
  const whatStays = 'Cancelling, reading and reconciling stay possible. To go on: crosstape safeguards resume'
  return halted === null ? [text(haltText(null))] : [text(haltText(halted)), text(whatStays)]
}

function haltText(halted: HaltJson | null): string {
  return halted === null
    ? 'Orders may be placed.'
    : `HALTED${halted.at === null ? '' : ` since ${halted.at}`}: ${halted.reason.replace(/\.$/, '')}. No order is placed, in any environment.`
}
