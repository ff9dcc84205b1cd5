import { Flags } from '@oclif/core'
import { BaseCommand } from '../../cli/base-command.ts'
import { haltReason } from '../../cli/halt/cancel-reasons.ts'
import { haltAnyway } from '../../cli/halt/halt-anyway.ts'
import { halt } from '../../cli/halt/kill-switch.ts'
import { type HaltResultJson, haltResultJson } from '../../cli/json/safeguards-json.ts'
import { haltView } from '../../cli/views/safeguards.ts'

export default class SafeguardsHalt extends BaseCommand {
  static override description =
    'kill switch: place no order any more, in any environment, until resumed, and cancel all that rests in this one'

  static override examples = [
    { description: 'at once', command: '<%= config.bin %> safeguards halt' },
    { description: 'with a reason', command: '<%= config.bin %> safeguards halt --reason "prices look wrong"' },
    { description: 'without cancelling', command: '<%= config.bin %> safeguards halt --no-cancel' },
  ]

  static override flags = {
    reason: Flags.string({ default: 'halted by hand', description: 'why, for whoever finds it halted' }),
    cancel: Flags.boolean({
      default: true,
      allowNo: true,
      description: 'cancel every order at every venue with an account',
    }),
  }

  async run(): Promise<HaltResultJson> {
    const { flags } = await this.parse(SafeguardsHalt)
    const settings = await this.loadSettings(flags).catch((error: unknown) =>
      haltAnyway(error, { sources: this.configSources(flags), reason: flags.reason }),
    )
    const report = await halt({
      settings,
      reason: flags.reason,
      cancel: flags.cancel,
      onWarning: (message) => this.warning(message),
      onProgress: (message) => this.narrate(message),
      signal: this.signal,
    })
    return this.show(haltResultJson(report), haltView, haltReason(report))
  }
}
