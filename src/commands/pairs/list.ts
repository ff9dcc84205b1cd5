import { BaseCommand } from '../../cli/base-command.ts'
import { type PairListJson, rejectedJson, standingJson } from '../../cli/json/pair-json.ts'
import { pairListView } from '../../cli/views/pairs.ts'
import { currentPairs } from '../../engine/markets/pairs.ts'

export default class PairsList extends BaseCommand {
  static override description = 'pairs that a person approved or rejected, and whether the approvals still hold'

  static override examples = [{ description: 'all of them', command: '<%= config.bin %> pairs list' }]

  async run(): Promise<PairListJson> {
    const { flags } = await this.parse(PairsList)
    return this.withSession(flags, { needs: 'store' }, async ({ trading, catalogue }) => {
      const standings = await currentPairs(trading.ledger, catalogue)
      const rejected = [...trading.ledger.state.rejectedPairs.values()]
      return this.show({ pairs: [...standings.map(standingJson), ...rejected.map(rejectedJson)] }, pairListView)
    })
  }
}
