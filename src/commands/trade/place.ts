import { Flags } from '@oclif/core'
import { BaseCommand } from '../../cli/base-command.ts'
import { requireAccount } from '../../cli/config/usable-venues.ts'
import { placeWithConsent } from '../../cli/consent/place-with-consent.ts'
import { placementReason } from '../../cli/exit-codes.ts'
import { orderDraft, orderFlags } from '../../cli/flags/order-flags.ts'
import { type PlacementJson, placementJson } from '../../cli/json/order-json.ts'
import { previewJson } from '../../cli/json/preview-json.ts'
import { exampleMarket } from '../../cli/sandbox/example-markets.ts'
import { placementView } from '../../cli/views/placement.ts'
import { previewView } from '../../cli/views/preview.ts'
import { venueOf } from '../../domain/market.ts'
import type { OrderPlan } from '../../engine/place/plan-order.ts'
import { requireSettled } from '../../engine/place/require-settled.ts'

export default class TradePlace extends BaseCommand {
  static override description = 'preview, confirm and send one order'

  static override examples = [
    {
      description: 'fill what is there now, cancel the rest',
      command: `<%= config.bin %> trade place --market ${exampleMarket.kalshi} --outcome yes --side buy --quantity 5 --price 0.60 --tif ioc`,
    },
    {
      description: 'rest in the book for ten minutes',
      command: `<%= config.bin %> trade place --market ${exampleMarket.polymarket} --outcome no --side buy --quantity 20 --price 0.30 --tif gtd --expires +10m`,
    },
    {
      description: 'check, sign and show what would be sent',
      command: `<%= config.bin %> trade place --market ${exampleMarket.kalshi} --outcome no --side buy --quantity 5 --price 0.45 --tif fok --dry-run`,
    },
  ]

  static override flags = {
    ...orderFlags,
    'dry-run': Flags.boolean({ default: false, description: 'stop after signing: nothing is sent' }),
  }

  async run(): Promise<PlacementJson> {
    const { flags } = await this.parse(TradePlace)
    const draft = orderDraft(flags)
    const dryRun = flags['dry-run']
    return this.withSession(flags, { needs: 'venues', dryRun }, async ({ trading, settings }) => {
      requireAccount(settings, venueOf(draft.market))
      await requireSettled(trading)
      const consent = {
        prompter: this.prompter(flags, settings, dryRun),
        preview: (plan: OrderPlan) => this.narrateView(previewView(previewJson(trading, settings, plan))),
      }
      const placed = await placeWithConsent(trading, draft, consent, this.signal)
      const reason = placementReason(placed, dryRun)
      return this.show(placementJson(placed, dryRun), placementView, reason)
    })
  }
}
