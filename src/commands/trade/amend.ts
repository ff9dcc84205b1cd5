import { Args, Flags } from '@oclif/core'
import { BaseCommand } from '../../cli/base-command.ts'
import { amendWithConsent } from '../../cli/consent/amend-with-consent.ts'
import { amendWish } from '../../cli/flags/order-flags.ts'
import { amendmentReason } from '../../cli/halt/cancel-reasons.ts'
import { type AmendmentJson, amendmentJson } from '../../cli/json/order-json.ts'
import { amendPreviewJson } from '../../cli/json/preview-json.ts'
import { exampleOrder } from '../../cli/sandbox/example-markets.ts'
import { amendmentView, amendPreviewView } from '../../cli/views/amendment.ts'
import type { AmendPlan } from '../../engine/amend/plan-amend.ts'

export default class TradeAmend extends BaseCommand {
  static override description = 'change price or size of an order that rests, where its venue can'

  static override examples = [
    { description: 'a new price', command: `<%= config.bin %> trade amend ${exampleOrder} --price 0.31` },
    {
      description: 'a new size, which counts what is filled already',
      command: `<%= config.bin %> trade amend ${exampleOrder} --quantity 6`,
    },
    {
      description: 'fewer contracts: keeps the place in the queue',
      command: `<%= config.bin %> trade amend ${exampleOrder} --reduce-by 1`,
    },
    {
      description: 'check and show what would be sent',
      command: `<%= config.bin %> trade amend ${exampleOrder} --price 0.31 --quantity 6 --dry-run`,
    },
  ]

  static override args = {
    order: Args.string({
      required: true,
      description: 'our order id or its beginning, the client order id, or the venue order id',
    }),
  }

  static override flags = {
    price: Flags.string({ helpValue: 'DOLLARS', description: 'new limit in dollars per contract of the outcome' }),
    quantity: Flags.string({
      helpValue: 'CONTRACTS',
      description: 'new number of contracts in all, those that are filled included',
    }),
    'reduce-by': Flags.string({
      helpValue: 'CONTRACTS',
      description: 'take this many off what is left; neither kill switch nor breaker stops that',
      exclusive: ['price', 'quantity'],
    }),
    'dry-run': Flags.boolean({ default: false, description: 'stop after checking: nothing is sent' }),
  }

  async run(): Promise<AmendmentJson> {
    const { args, flags } = await this.parse(TradeAmend)
    const wish = amendWish(flags)
    const dryRun = flags['dry-run']
    return this.withSession(flags, { needs: 'venues', dryRun }, async ({ trading, settings }) => {
      const consent = {
        prompter: this.prompter(flags, settings, dryRun),
        preview: (plan: AmendPlan) => this.narrateView(amendPreviewView(amendPreviewJson(settings, plan))),
      }
      const amended = await amendWithConsent(trading, { order: args.order, wish }, consent, this.signal)
      return this.show(amendmentJson(amended), amendmentView, amendmentReason(amended))
    })
  }
}
