import { BaseCommand } from '../../cli/base-command.ts'
import { sandboxOnly } from '../../cli/config/sandbox-only.ts'
import type { HaltDrillReport } from '../../cli/drill/halt.ts'
import { haltDrillView } from '../../cli/views/drill.ts'

export default class VerifyHalt extends BaseCommand {
  static override description =
    'throw the kill switch in the sandbox while three processes trade, and prove that they stop and nothing rests'

  static override examples = [{ description: 'takes some seconds', command: '<%= config.bin %> verify halt' }]

  async run(): Promise<HaltDrillReport> {
    const { flags } = await this.parse(VerifyHalt)
    const { dataDir } = sandboxOnly(await this.loadSettings(flags), 'verify halt')
    const { haltDrill } = await import('../../cli/drill/halt.ts')
    const { thisProgram } = await import('../../cli/drill/program.ts')
    const onProgress = (message: string) => this.narrate(message)
    const report = await haltDrill({ dataDir, program: thisProgram(), onProgress })
    return this.show(report, haltDrillView, report.ok ? 'done' : 'drift')
  }
}
