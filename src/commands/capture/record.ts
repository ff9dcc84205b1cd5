import { Args, Flags } from '@oclif/core'
import { BaseCommand } from '../../cli/base-command.ts'
import { declined } from '../../cli/consent/prompt.ts'
import { previewJson } from '../../cli/json/preview-json.ts'
import { type RecordedScenarioJson, recordedScenarioJson } from '../../cli/json/scenario-json.ts'
import { recordingsDir } from '../../cli/recordings/recordings-dir.ts'
import { scenarioNames } from '../../cli/scenarios/library.ts'
import { marketFlag, moneyFlag } from '../../cli/scenarios/scenario-flags.ts'
import { previewView } from '../../cli/views/preview.ts'
import { recordedScenarioView } from '../../cli/views/scenario.ts'

export default class CaptureRecord extends BaseCommand {
  static override description = 'bring a scenario about, and keep its tape with what must come out of it'

  static override examples = [
    {
      description: 'in a sandbox of its own; costs nothing',
      command: '<%= config.bin %> capture record kalshi-partial-fill --capture-dir recordings',
    },
  ]

  static override args = {
    scenario: Args.string({ required: true, options: [...scenarioNames], description: 'what is to happen' }),
  }

  static override flags = {
    budget: Flags.string({
      default: '50',
      helpValue: 'DOLLARS',
      description: 'what the orders of the session may cost at worst, all together',
    }),
    market: Flags.string({ helpValue: 'VENUE:SYMBOL', description: 'where to trade, in demo and live' }),
  }

  async run(): Promise<RecordedScenarioJson> {
    const { args, flags } = await this.parse(CaptureRecord)
    const budget = moneyFlag(flags.budget, '--budget')
    const market = flags.market === undefined ? null : marketFlag(flags.market)
    const settings = await this.loadSettings(flags)
    const captureDir = recordingsDir(settings)
    const prompter = this.prompter(flags, settings)
    const { recordScenario } = await import('../../cli/scenarios/record-scenario.ts')
    const recorded = await recordScenario({
      name: args.scenario,
      settings,
      captureDir,
      budget,
      market,
      agree: async ({ trading }, plan) => {
        await this.narrateView(previewView(previewJson(trading, settings, plan)))
        if (!(await prompter.confirm('Send this order?', this.signal))) throw declined('the order was not confirmed.')
      },
      onWarning: (message) => this.warning(message),
      signal: this.signal,
    })
    const json = recordedScenarioJson(args.scenario, settings.environment, recorded)
    return this.show(json, recordedScenarioView, json.contradictions.length === 0 ? 'done' : 'drift')
  }
}
