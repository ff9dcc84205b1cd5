import { Args, Flags } from '@oclif/core'
import { BaseCommand } from '../../cli/base-command.ts'
import { cancelAllReason, cancellationReason, uncancelled } from '../../cli/cancel-reasons.ts'
import { exampleOrder } from '../../cli/example-markets.ts'
import { type CancelAllJson, type CancellationJson, cancellationJson } from '../../cli/json/order-json.ts'
import { venueFlag } from '../../cli/list-flags.ts'
import { leftOutNotice, usableVenues } from '../../cli/usable-venues.ts'
import { usageError } from '../../cli/usage-error.ts'
import { cancelAllView, cancellationView } from '../../cli/views/cancellation.ts'
import { cancelAllOrders } from '../../engine/cancel-all.ts'
import { cancelOrder } from '../../engine/cancel-order.ts'

export default class TradeCancel extends BaseCommand {
  static override description = 'cancel one order, or all of them'

  static override examples = [
    { description: 'one order', command: `<%= config.bin %> trade cancel ${exampleOrder}` },
    { description: 'everything that rests, on both venues', command: '<%= config.bin %> trade cancel --all' },
  ]

  static override args = {
    order: Args.string({ description: 'our order id or its beginning, the client order id, or the venue order id' }),
  }

  static override flags = {
    all: Flags.boolean({ default: false, description: 'every open order of the account, placed here or elsewhere' }),
    venue: venueFlag({ description: 'with --all: this venue only' }),
  }

  async run(): Promise<CancellationJson | CancelAllJson> {
    const { args, flags } = await this.parse(TradeCancel)
    const { order } = args
    if ((order === undefined) === !flags.all) throw usageError('Name one order, or say --all.', 'trade list --open')
    return this.withSession(flags, { needs: 'venues', withoutBooks: 'carry_on' }, async ({ trading, settings }) => {
      if (order === undefined) {
        const { venues: usable, leftOut } = usableVenues(settings, flags.venue)
        for (const venue of leftOut) this.warning(leftOutNotice(venue))
        const cancelled = await cancelAllOrders(trading, usable, this.signal)
        const venues = [...cancelled, ...uncancelled(leftOut, trading.ledger.state)]
        return this.show({ venues }, cancelAllView, cancelAllReason(venues))
      }
      const cancelled = await cancelOrder(trading, order, this.signal)
      return this.show(cancellationJson(cancelled), cancellationView, cancellationReason(cancelled))
    })
  }
}
