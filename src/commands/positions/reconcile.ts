import { Flags } from '@oclif/core'
import { BaseCommand } from '../../cli/base-command.ts'
import { exampleOrder } from '../../cli/example-markets.ts'
import { reconcileReason } from '../../cli/exit-codes.ts'
import { type ReconcileJson, reconcileJson } from '../../cli/json/position-json.ts'
import { venueFlag } from '../../cli/list-flags.ts'
import { leftOutNotice, usableVenues, withBooked } from '../../cli/usable-venues.ts'
import { reconcileView, settlementView } from '../../cli/views/positions.ts'
import { reconcile } from '../../engine/reconcile.ts'

export default class PositionsReconcile extends BaseCommand {
  static override description = 'settle orders whose outcome is unknown and compare the journal with the venues'

  static override examples = [
    { description: 'everything', command: '<%= config.bin %> positions reconcile' },
    { description: 'one order', command: `<%= config.bin %> positions reconcile --order ${exampleOrder}` },
    { description: 'and book orders placed with another tool', command: '<%= config.bin %> positions reconcile --fix' },
  ]

  static override flags = {
    order: Flags.string({ helpValue: 'ORDER', description: 'settle this order only, compare nothing else' }),
    fix: Flags.boolean({ default: false, description: 'also book orders placed elsewhere, as the venue shows them' }),
    venue: venueFlag(),
  }

  async run(): Promise<ReconcileJson> {
    const { flags } = await this.parse(PositionsReconcile)
    const { order, fix, venue } = flags
    return this.withSession(flags, { needs: 'venues' }, async ({ trading, settings }) => {
      const { venues, leftOut } = withBooked(usableVenues(settings, venue), trading.ledger.state)
      for (const left of leftOut) this.warning(leftOutNotice(left))
      const options = { fix, venues, ...(order === undefined ? {} : { order }) }
      const report = await reconcile(trading, options, this.signal)
      return this.show(
        reconcileJson(report),
        order === undefined ? reconcileView : settlementView,
        reconcileReason(report),
      )
    })
  }
}
