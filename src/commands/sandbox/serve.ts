import { Flags } from '@oclif/core'
import { BaseCommand } from '../../cli/base-command.ts'
import { sandboxOnly } from '../../cli/config/sandbox-only.ts'
import { type SandboxReadyJson, serveSandbox } from '../../cli/sandbox/server.ts'
import { sandboxReadyView } from '../../cli/views/sandbox.ts'
import { rateLimitSettings } from '../../sandbox/options.ts'

export default class SandboxServe extends BaseCommand {
  static override description = 'serve the simulated venues on loopback until interrupted'

  static override examples = [
    { description: 'on any free ports', command: '<%= config.bin %> sandbox serve' },
    {
      description: "with the venues' lowest rate limits",
      command: '<%= config.bin %> sandbox serve --rate-limit basic',
    },
    { description: 'one line for a script when it is ready', command: '<%= config.bin %> sandbox serve --json' },
  ]

  static override flags = {
    port: Flags.integer({
      min: 0,
      max: 65_532,
      default: 0,
      description: 'first of the ports, Polymarket takes the next three; 0 for any',
    }),
    'rate-limit': Flags.option({
      options: rateLimitSettings,
      default: 'advanced',
      description: "basic has each venue's lowest tier, advanced Kalshi's Advanced and Polymarket's Silver",
    })(),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(SandboxServe)
    const settings = sandboxOnly(await this.loadSettings(flags), 'sandbox serve')
    const onReady = (ready: SandboxReadyJson) => this.announce(ready, sandboxReadyView)
    await serveSandbox(settings, { port: flags.port, rateLimit: flags['rate-limit'], onReady }, this.signal)
  }
}
