import { Args } from '@oclif/core'
import { BaseCommand } from '../../cli/base-command.ts'
import { orderReason } from '../../cli/exit-codes.ts'
import { type OrderStatusJson, orderStatusJson } from '../../cli/json/order-json.ts'
import { exampleOrder } from '../../cli/sandbox/example-markets.ts'
import { orderStatusView } from '../../cli/views/orders.ts'
import { refreshOrder } from '../../engine/settle/order-status.ts'

export default class TradeStatus extends BaseCommand {
  static override description = 'one order as its venue shows it now, with its fills'

  static override examples = [
    { description: 'by our order id', command: `<%= config.bin %> trade status ${exampleOrder}` },
  ]

  static override args = {
    order: Args.string({
      required: true,
      description: 'our order id or its beginning, the client order id, or the venue order id',
    }),
  }

  async run(): Promise<OrderStatusJson> {
    const { args, flags } = await this.parse(TradeStatus)
    return this.withSession(flags, { needs: 'venues' }, async ({ trading }) => {
      const report = await refreshOrder(trading, args.order, this.signal)
      return this.show(
        orderStatusJson(report, trading.ledger.state.openTrades),
        orderStatusView,
        orderReason(report.order),
      )
    })
  }
}
