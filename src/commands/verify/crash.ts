import { Flags } from '@oclif/core'
import { BaseCommand } from '../../cli/base-command.ts'
import { sandboxOnly } from '../../cli/config/sandbox-only.ts'
import { type CrashDrillJson, type CrashPointsJson, crashDrillJson } from '../../cli/json/drill-json.ts'
import { crashDrillView, crashPointsView } from '../../cli/views/drill.ts'

export default class VerifyCrash extends BaseCommand {
  static override description =
    "kill a process at every point of its orders' lives in the sandbox, and prove that nothing is lost or doubled"

  static override examples = [
    { description: 'every kind of point: takes minutes', command: '<%= config.bin %> verify crash' },
    { description: 'every single point: takes several times as long', command: '<%= config.bin %> verify crash --all' },
    { description: 'the names of the points', command: '<%= config.bin %> verify crash --list' },
    {
      description: 'one point, again',
      command: '<%= config.bin %> verify crash --point kalshi/kalshi.place_order:held#1',
    },
  ]

  static override flags = {
    // First, or the usage line shows the choice between them with a hole.
    list: Flags.boolean({
      default: false,
      exclusive: ['all', 'point'],
      description: 'name the points, and kill nothing',
    }),
    point: Flags.string({
      multiple: true,
      exclusive: ['all'],
      description: 'this point only; may be given more than once',
    }),
    all: Flags.boolean({
      default: false,
      description: 'every point there is, and not only every call to a venue and the first and last of each other kind',
    }),
  }

  async run(): Promise<CrashDrillJson | CrashPointsJson> {
    const { flags } = await this.parse(VerifyCrash)
    const { point: named } = flags
    const { dataDir } = sandboxOnly(await this.loadSettings(flags), 'verify crash')
    const { crashDrill, listCrashPoints } = await import('../../cli/drill/crash.ts')
    const { thisProgram } = await import('../../cli/drill/program.ts')
    const options = { dataDir, program: thisProgram(), signal: this.signal }
    if (flags.list) return this.show({ names: await listCrashPoints(options) }, crashPointsView)
    const report = await crashDrill({
      ...options,
      points: named === undefined ? { kind: flags.all ? 'all' : 'spread' } : { kind: 'named', names: named },
      onPoint: ({ point, ok, found, problems }) =>
        this.narrate(ok ? ` ok ${point}: ${found}` : `NOT ${point}: ${problems.join('; ')}`),
    })
    return this.show(crashDrillJson(report), crashDrillView, report.ok ? 'done' : 'drift')
  }
}
