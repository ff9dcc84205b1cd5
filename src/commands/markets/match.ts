import { BaseCommand } from '../../cli/base-command.ts'
import { limitFlag } from '../../cli/flags/list-flags.ts'
import { countsOf, isWanted, verdictFlag } from '../../cli/flags/pair-flags.ts'
import { candidateJson, type MatchJson } from '../../cli/json/pair-json.ts'
import { syncTimes } from '../../cli/markets/sync-times.ts'
import { matchView } from '../../cli/views/pairs.ts'
import { matchCatalogue } from '../../engine/markets/pairs.ts'

export default class MarketsMatch extends BaseCommand {
  static override description = 'pairs of markets of the two venues that may be one contract, as their rule texts say'

  static override examples = [
    {
      description: 'pairs that pay alike, for you to read and approve',
      command: '<%= config.bin %> markets match --limit 10',
    },
    {
      description: 'look-alikes, with a world in which they pay differently',
      command: '<%= config.bin %> markets match --verdict different --limit 10',
    },
  ]

  static override flags = {
    verdict: verdictFlag(),
    limit: limitFlag(50),
  }

  async run(): Promise<MatchJson> {
    const { flags } = await this.parse(MarketsMatch)
    return this.withSession(flags, { needs: 'store' }, async ({ trading, catalogue }) => {
      const candidates = await matchCatalogue(catalogue)
      const wanted = candidates.filter(({ judgement: { verdict } }) => isWanted(verdict, flags.verdict))
      return this.show(
        {
          candidates: wanted.slice(0, flags.limit).map((candidate) => candidateJson(candidate, trading.ledger.state)),
          counts: countsOf(candidates),
          syncedAt: await syncTimes(catalogue),
        },
        matchView,
      )
    })
  }
}
