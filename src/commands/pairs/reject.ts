import { Flags } from '@oclif/core'
import { BaseCommand } from '../../cli/base-command.ts'
import { byFlag, decidedBy, pairArgs } from '../../cli/flags/pair-flags.ts'
import { type ApproveJson, rejectedJson } from '../../cli/json/pair-json.ts'
import { examplePair } from '../../cli/sandbox/example-markets.ts'
import { rejectView } from '../../cli/views/pairs.ts'
import { orderedIds, rejectPair } from '../../engine/markets/pairs.ts'

export default class PairsReject extends BaseCommand {
  static override description = 'say that two markets are not to be traded as one; ends an approval at once'

  static override examples = [
    {
      description: 'with the reason, for whoever looks again',
      command: `<%= config.bin %> pairs reject ${examplePair.first} ${examplePair.second} --reason "another deadline"`,
    },
  ]

  static override args = pairArgs

  static override flags = {
    reason: Flags.string({ helpValue: 'WORDS', default: '', description: 'why' }),
    by: byFlag,
  }

  async run(): Promise<ApproveJson> {
    const { args, flags } = await this.parse(PairsReject)
    return this.withSession(flags, { needs: 'store' }, async ({ trading }) => {
      const markets = orderedIds([args.first, args.second])
      const words = { by: decidedBy(flags.by), reason: flags.reason.slice(0, 500) }
      const rejected = await rejectPair(trading, markets, words)
      return this.show({ pair: rejectedJson(rejected) }, rejectView)
    })
  }
}
