import { Args, Flags } from '@oclif/core'
import { BaseCommand } from '../../cli/base-command.ts'
import { leftOutNotice, requireAccount, usableVenues } from '../../cli/config/usable-venues.ts'
import { venueFlag } from '../../cli/flags/list-flags.ts'
import { parseMarketFlag } from '../../cli/flags/order-flags.ts'
import { cancelAllReason, cancellationReason, cancellationsReason, uncancelled } from '../../cli/halt/cancel-reasons.ts'
import {
  type CancelAllJson,
  type CancellationJson,
  type CancellationsJson,
  cancellationJson,
  cancellationsJson,
} from '../../cli/json/order-json.ts'
import { exampleMarket, exampleOrder, otherExampleOrder } from '../../cli/sandbox/example-markets.ts'
import { usageError } from '../../cli/usage-error.ts'
import { cancelAllView, cancellationsView, cancellationView } from '../../cli/views/cancellation.ts'
import { venueOf } from '../../domain/market.ts'
import { cancelAllOrders } from '../../engine/cancel/cancel-all.ts'
import { cancelEach, cancelMarket, type EachCancelOutcome } from '../../engine/cancel/cancel-each.ts'
import { cancelOrder } from '../../engine/cancel/cancel-order.ts'

export default class TradeCancel extends BaseCommand {
  static override description = 'cancel one order, several, or all of them'

  static override examples = [
    { description: 'one order', command: `<%= config.bin %> trade cancel ${exampleOrder}` },
    {
      description: 'several, in as few calls as the venue takes',
      command: `<%= config.bin %> trade cancel ${exampleOrder} ${otherExampleOrder}`,
    },
    {
      description: 'everything that rests in one market',
      command: `<%= config.bin %> trade cancel --all --market ${exampleMarket.kalshi}`,
    },
    { description: 'everything that rests, on both venues', command: '<%= config.bin %> trade cancel --all' },
  ]

  static override args = {
    order: Args.string({
      multiple: true,
      description: 'our order ids or their beginnings, client order ids, or venue order ids',
    }),
  }

  static override flags = {
    all: Flags.boolean({ default: false, description: 'every open order of the account, placed here or elsewhere' }),
    venue: venueFlag({ description: 'with --all: this venue only' }),
    market: Flags.string({ helpValue: 'VENUE:SYMBOL', description: 'with --all: this market only' }),
  }

  async run(): Promise<CancellationJson | CancellationsJson | CancelAllJson> {
    const { args, flags } = await this.parse(TradeCancel)
    const [only, ...more] = args.order ?? []
    const market = flags.market === undefined ? null : parseMarketFlag(flags.market, '--market')
    if ((only === undefined) === !flags.all) throw usageError('Name orders, or say --all.', 'trade list --open')
    if (market !== null && (!flags.all || flags.venue !== undefined)) {
      throw usageError('--market goes with --all, and instead of --venue.')
    }
    return this.withSession(flags, { needs: 'venues', withoutBooks: 'carry_on' }, async ({ trading, settings }) => {
      if (market !== null) {
        requireAccount(settings, venueOf(market))
        return this.showEach(await cancelMarket(trading, market, this.signal))
      }
      if (only === undefined) {
        const { venues: usable, leftOut } = usableVenues(settings, flags.venue)
        for (const venue of leftOut) this.warning(leftOutNotice(venue))
        const cancelled = await cancelAllOrders(trading, usable, this.signal)
        const venues = [...cancelled, ...uncancelled(leftOut, trading.ledger.state)]
        return this.show({ venues }, cancelAllView, cancelAllReason(venues))
      }
      if (more.length > 0) return this.showEach(await cancelEach(trading, [only, ...more], this.signal))
      const cancelled = await cancelOrder(trading, only, this.signal)
      return this.show(cancellationJson(cancelled), cancellationView, cancellationReason(cancelled))
    })
  }

  private showEach(cancelled: readonly EachCancelOutcome[]): Promise<CancellationsJson> {
    return this.show(cancellationsJson(cancelled), cancellationsView, cancellationsReason(cancelled))
  }
}
