import { Args } from '@oclif/core'
import { BaseCommand } from '../../cli/base-command.ts'
import { declined } from '../../cli/consent/prompt.ts'
import { resendReason } from '../../cli/exit-codes.ts'
import { orderJson, type ResendJson, resendJson } from '../../cli/json/order-json.ts'
import { exampleOrder } from '../../cli/sandbox/example-markets.ts'
import { resendQuestionView, resendView } from '../../cli/views/resend.ts'
import { resendable, resendOrder } from '../../engine/place/resend-order.ts'

export default class TradeResend extends BaseCommand {
  static override description =
    'send an order whose answer was lost once more, with the same ids: taken or refused as a duplicate, it is known'

  static override examples = [
    {
      description: 'only while you still want the order: it may trade now',
      command: `<%= config.bin %> trade resend ${exampleOrder}`,
    },
  ]

  static override args = {
    order: Args.string({
      required: true,
      description: 'our order id or its beginning, the client order id, or the venue order id',
    }),
  }

  async run(): Promise<ResendJson> {
    const { args, flags } = await this.parse(TradeResend)
    return this.withSession(flags, { needs: 'venues' }, async ({ trading, settings }) => {
      await trading.ledger.refresh()
      const order = await resendable(trading, args.order)
      await this.narrateView(resendQuestionView(orderJson(order)))
      const agreed = await this.prompter(flags, settings).confirm('Send this order again?', this.signal)
      if (!agreed) throw declined('the order was not sent again and stays unknown.')
      const outcome = await resendOrder(trading, order.intent.id, this.signal)
      return this.show(resendJson(outcome), resendView, resendReason(outcome))
    })
  }
}
