import { Flags } from '@oclif/core'
import { BaseCommand } from '../../cli/base-command.ts'
import { leftOutNotice, usableVenues, withBooked } from '../../cli/config/usable-venues.ts'
import { reconcileReason } from '../../cli/exit-codes.ts'
import { venueFlag } from '../../cli/flags/list-flags.ts'
import { type ReconcileJson, reconcileJson } from '../../cli/json/position-json.ts'
import { exampleOrder } from '../../cli/sandbox/example-markets.ts'
import { reconcileView, settlementView } from '../../cli/views/positions.ts'
import { reconcile } from '../../engine/reconcile/reconcile.ts'

export default class PositionsReconcile extends BaseCommand {
  static override description = 'settle orders whose outcome is unknown and compare the journal with the venues'

  static override examples = [
    { description: 'everything', command: '<%= config.bin %> positions reconcile' },
    { description: 'one order', command: `<%= config.bin %> positions reconcile --order ${exampleOrder}` },
    { description: 'and book what the venues prove', command: '<%= config.bin %> positions reconcile --fix' },
    {
      description: 'leave orders placed with another tool alone until they change',
      command: '<%= config.bin %> positions reconcile --claim ignore',
    },
  ]

  static override flags = {
    order: Flags.string({
      helpValue: 'ORDER',
      description: 'settle this order only, compare nothing else; with --claim: the one order that is claimed',
    }),
    fix: Flags.boolean({
      default: false,
      description: 'also book what the venues prove: missed fills, orders placed elsewhere, payouts of settled markets',
    }),
    claim: Flags.option({ options: ['adopt', 'ignore'] as const })({
      description:
        'orders placed elsewhere: book them here, or leave them out until they change; with --order, only that one (venue order id)',
    }),
    'accept-cash': Flags.boolean({
      default: false,
      description: 'take a gap in cash as a deposit, a withdrawal or a fee that the venue does not tell',
    }),
    venue: venueFlag(),
  }

  async run(): Promise<ReconcileJson> {
    const { flags } = await this.parse(PositionsReconcile)
    const { fix, venue } = flags
    const claim = flags.claim === undefined ? null : { verdict: flags.claim, order: flags.order ?? null }
    const order = claim === null ? flags.order : undefined
    return this.withSession(flags, { needs: 'venues' }, async ({ trading, settings }) => {
      const { venues, leftOut } = withBooked(usableVenues(settings, venue), trading.ledger.state)
      for (const left of leftOut) this.warning(leftOutNotice(left))
      const options = {
        fix,
        venues,
        acceptCash: flags['accept-cash'],
        ...(order === undefined ? {} : { order }),
        ...(claim === null ? {} : { claim }),
      }
      const report = await reconcile(trading, options, this.signal)
      const shown = reconcileJson(report, trading.ledger.state)
      if (order !== undefined) return this.show(shown, settlementView, reconcileReason(report))
      const recordsLost = shown.recordsLost.filter((each) => venues.includes(each))
      return this.show(shown, reconcileView, reconcileReason(report, recordsLost))
    })
  }
}
