import { BaseCommand } from '../cli/base-command.ts'
import { sandboxOnly } from '../cli/config/sandbox-only.ts'
import { type RehearsalJson, rehearsalJson } from '../cli/json/rehearsal-json.ts'
import { rehearsalView } from '../cli/views/rehearsal.ts'

export default class Rehearse extends BaseCommand {
  static override description =
    'the whole job in the sandbox: sync, trade, lose an answer, settle it, unwind, audit, replay'

  static override examples = [
    { description: 'no credentials, nothing beyond this machine', command: '<%= config.bin %> rehearse' },
  ]

  async run(): Promise<RehearsalJson> {
    const { flags } = await this.parse(Rehearse)
    const { dataDir } = sandboxOnly(await this.loadSettings(flags), 'rehearse')
    const { rehearse } = await import('../cli/rehearsal/rehearse.ts')
    const report = await rehearse({
      dataDir,
      onStep: ({ name, state, detail }) => {
        if (state === 'running') this.progress(` .. ${name}: ${detail}`)
        else this.narrate(`${marks[state]} ${name}: ${detail}`)
      },
      onWarning: (message) => this.warning(message),
      signal: this.signal,
    })
    return this.show(rehearsalJson(report), rehearsalView, report.ok ? 'done' : 'drift')
  }
}

const marks = { ok: ' ok', failed: 'NOT' } as const
