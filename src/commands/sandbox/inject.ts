import { Flags } from '@oclif/core'
import { BaseCommand } from '../../cli/base-command.ts'
import { sandboxOnly } from '../../cli/config/sandbox-only.ts'
import { parseShortDuration } from '../../cli/flags/durations.ts'
import type { InjectJson } from '../../cli/json/inject-json.ts'
import { examplePair } from '../../cli/sandbox/example-markets.ts'
import { injectEdge } from '../../cli/sandbox/inject.ts'
import { injectionLine, injectView } from '../../cli/views/inject.ts'

const pairName = `${examplePair.first} ${examplePair.second}`

export default class SandboxInject extends BaseCommand {
  static override description =
    'offer an edge in both books of a served sandbox, take it away again, and watch who trades'

  static override examples = [
    {
      description: 'five cents a pair on 20 pairs, for 300 ms',
      command: `<%= config.bin %> sandbox inject --pair "${pairName}" --edge 0.05 --size 20 --for 300ms`,
    },
    {
      description: 'gone from one book when the first order arrives: the other leg fills alone',
      command: `<%= config.bin %> sandbox inject --pair ${examplePair.first} --edge 0.05 --size 20 --on order --then vanish:polymarket`,
    },
    {
      description: 'the answer comes 400 ms after the fill, and the other market closes',
      command: `<%= config.bin %> sandbox inject --pair ${examplePair.first} --edge 0.05 --size 20 --on fill --then close:polymarket --then late-answer:kalshi:400`,
    },
  ]

  static override flags = {
    pair: Flags.string({
      required: true,
      helpValue: 'PAIR',
      description: 'both markets of a pair in quotes, or one market of an approved pair',
    }),
    edge: Flags.string({
      required: true,
      helpValue: 'DOLLARS',
      description:
        'dollars that each pair keeps after the fees of both venues; the least above it that the grids allow',
    }),
    size: Flags.string({ required: true, helpValue: 'CONTRACTS', description: 'contracts on offer on each side' }),
    for: Flags.string({ helpValue: 'TIME', description: 'it is gone after so long at the latest, e.g. 300ms or 2s' }),
    on: Flags.option({ options: ['order', 'fill', 'cancel'] as const })({
      description: 'what --then says happens before the first order or cancel is carried out, or after the first fill',
    }),
    // biome-ignore lint/suspicious/noThenProperty: the name of a flag; nobody awaits the flags.
    then: Flags.string({
      multiple: true,
      helpValue: 'WHAT',
      description:
        'vanish, move, thin:VENUE:CONTRACTS, take:VENUE:CONTRACTS, close:VENUE; from the start: late-fill:polymarket:MS, late-answer:VENUE:MS, lose-answer:VENUE; may be repeated [default: vanish]',
    }),
    polarity: Flags.option({ options: ['same', 'inverted'] as const })({
      description: 'which outcomes face each other, for a pair that is not approved here',
    }),
    watch: Flags.string({ default: '3s', helpValue: 'TIME', description: 'ends when no order has come for so long' }),
  }

  async run(): Promise<InjectJson> {
    const { flags } = await this.parse(SandboxInject)
    sandboxOnly(await this.loadSettings(flags), 'sandbox inject')
    return this.withSession(flags, { needs: 'store' }, async (session) => {
      const report = await injectEdge(session, {
        pair: flags.pair,
        polarity: flags.polarity ?? null,
        edge: flags.edge,
        size: flags.size,
        forMs: flags.for === undefined ? null : parseShortDuration(flags.for, '--for'),
        on: flags.on ?? null,
        effects: flags.then ?? [],
        watchMs: parseShortDuration(flags.watch, '--watch'),
        onBegun: (injection) => this.narrate(`injected: ${injectionLine(injection)}`),
        signal: this.signal,
      })
      return this.show(report, injectView)
    })
  }
}
