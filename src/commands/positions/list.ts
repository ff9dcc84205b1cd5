import { Flags } from '@oclif/core'
import { BaseCommand } from '../../cli/base-command.ts'
import { type PositionListJson, positionListJson } from '../../cli/json/position-json.ts'
import { positionListView } from '../../cli/views/positions.ts'
import { listPositions } from '../../engine/positions.ts'

export default class PositionsList extends BaseCommand {
  static override description = 'what is held, what it cost and what it would sell for'

  static override examples = [
    { description: 'with prices of now', command: '<%= config.bin %> positions list' },
    { description: 'from the journal alone, asking no venue', command: '<%= config.bin %> positions list --no-prices' },
  ]

  static override flags = {
    prices: Flags.boolean({ default: true, allowNo: true, description: 'read what each holding would sell for now' }),
  }

  async run(): Promise<PositionListJson> {
    const { flags } = await this.parse(PositionsList)
    const { prices } = flags
    return this.withSession(flags, { needs: prices ? 'venues' : 'store' }, async ({ trading }) => {
      const report = await listPositions(trading, { prices }, this.signal)
      return this.show(positionListJson(report), positionListView)
    })
  }
}
