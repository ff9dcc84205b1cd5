import { Flags } from '@oclif/core'
import { BaseCommand } from '../../cli/base-command.ts'
import { limitFlag, venueFlag } from '../../cli/flags/list-flags.ts'
import { type OrderListJson, orderListJson } from '../../cli/json/order-json.ts'
import { orderListView } from '../../cli/views/orders.ts'
import { listOrders } from '../../engine/settle/order-status.ts'

export default class TradeList extends BaseCommand {
  static override description = 'orders in the journal, newest first'

  static override examples = [
    { description: 'the last orders', command: '<%= config.bin %> trade list --limit 10' },
    { description: 'what may still trade', command: '<%= config.bin %> trade list --open' },
  ]

  static override flags = {
    open: Flags.boolean({ default: false, description: 'only orders from which something is still expected' }),
    venue: venueFlag(),
    limit: limitFlag(50),
  }

  async run(): Promise<OrderListJson> {
    const { flags } = await this.parse(TradeList)
    const { venue, limit, open: openOnly } = flags
    return this.withSession(flags, { needs: 'store' }, async ({ trading }) => {
      const orders = await listOrders(trading, { limit, openOnly, ...(venue === undefined ? {} : { venue }) })
      return this.show(orderListJson(orders), orderListView)
    })
  }
}
