import { Flags } from '@oclif/core'
import { BaseCommand } from '../../cli/base-command.ts'
import { approveWithConsent } from '../../cli/consent/approve-with-consent.ts'
import { byFlag, decidedBy, pairArgs } from '../../cli/flags/pair-flags.ts'
import { type ApproveJson, approvedJson, pairTextsJson } from '../../cli/json/pair-json.ts'
import { examplePair } from '../../cli/sandbox/example-markets.ts'
import { approveView, pairTextsView } from '../../cli/views/pairs.ts'
import { readPair } from '../../engine/markets/pairs.ts'

export default class PairsApprove extends BaseCommand {
  static override description =
    'show both rule texts side by side and, if you agree, let the two markets be traded as one'

  static override examples = [
    {
      description: 'without a terminal, repeat the hash of the texts that you have read',
      command: `<%= config.bin %> pairs approve ${examplePair.first} ${examplePair.second} --confirm ${examplePair.hash}`,
    },
  ]

  static override args = pairArgs

  static override flags = {
    polarity: Flags.option({
      options: ['same', 'inverted'] as const,
      description: 'which outcomes face each other, where the texts do not tell',
    })(),
    confirm: Flags.string({
      helpValue: 'HASH',
      description: 'the hash of the texts that you have read, or its first 12 digits; --yes does not agree to this',
    }),
    by: byFlag,
  }

  async run(): Promise<ApproveJson> {
    const { args, flags } = await this.parse(PairsApprove)
    return this.withSession(flags, { needs: 'store' }, async ({ trading, catalogue }) => {
      const pair = await readPair(catalogue, [args.first, args.second])
      const show = (): Promise<void> =>
        this.narrateView(pairTextsView(pairTextsJson(pair), process.stderr.columns ?? null))
      const wish = { polarity: flags.polarity ?? null, by: decidedBy(flags.by), confirm: flags.confirm ?? null }
      const approved = await approveWithConsent(trading, pair, wish, show, this.signal)
      return this.show({ pair: approvedJson(approved) }, approveView)
    })
  }
}
