import { Flags } from '@oclif/core'
import { BaseCommand } from '../../cli/base-command.ts'
import { placementReason } from '../../cli/exit-codes.ts'
import { type PlacementJson, placementJson } from '../../cli/json/order-json.ts'
import { previewJson } from '../../cli/json/preview-json.ts'
import { orderDraft, orderFlags } from '../../cli/order-flags.ts'
import { placeWithConsent } from '../../cli/place-with-consent.ts'
import { placementView } from '../../cli/views/placement.ts'
import { previewView } from '../../cli/views/preview.ts'

export default class TradePlace extends BaseCommand {
  static override description = 'preview, confirm and send one order'

  static override examples = [
    {
      description: 'Buy 5 YES contracts, filling what is there now:',
      command:
        '<%= config.bin %> trade place --market <%= config.pjson.oclif.examples.kalshi %> --outcome yes --side buy --quantity 5 --price 0.50 --tif ioc',
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
      const placed = await placeWithConsent(
        trading,
        draft,
        {
          prompter: this.prompter(flags, settings, dryRun),
          preview: (plan) => this.narrateView(previewView(previewJson(trading, settings, plan))),
        },
        this.signal,
      )
      const reason = placementReason(placed.order, placed.denials)
      return this.show(placementJson(placed), placementView, reason)
    })
  }
}
