import { Args, Flags } from '@oclif/core'
import { BaseCommand } from '../../cli/base-command.ts'
import { composeFlags } from '../../cli/flags/compose-flags.ts'
import { type CompositionJson, compositionJson } from '../../cli/json/composition-json.ts'
import { recordingsDir } from '../../cli/recordings/recordings-dir.ts'
import { exampleRecording } from '../../cli/sandbox/example-markets.ts'
import { compositionView } from '../../cli/views/composition.ts'

export default class CaptureCompose extends BaseCommand {
  static override description =
    'put recordings together into one session, with ids, sizes, prices, fees, balances and times that fit, or say why it cannot be'

  static override examples = [
    {
      description: 'one day after the other',
      command: `<%= config.bin %> capture compose ${exampleRecording} ${exampleRecording} --by sequence --out twice --capture-dir recordings`,
    },
  ]

  static override args = {
    session: Args.string({
      multiple: true,
      required: true,
      description: 'names of recordings in the capture folder, or paths, in the order in which they happen',
    }),
  }

  static override flags = {
    ...composeFlags,
    out: Flags.string({ required: true, description: 'name of the composed session', helpValue: 'NAME' }),
  }

  async run(): Promise<CompositionJson> {
    const { args, flags } = await this.parse(CaptureCompose)
    const captureDir = recordingsDir(await this.loadSettings(flags))
    const { composeRecording } = await import('../../cli/compose/compose-session.ts')
    const { composeRequest } = await import('../../cli/compose/request.ts')
    const request = composeRequest({ sessions: args.session, captureDir, name: flags.out, ...flags })
    return this.show(compositionJson(await composeRecording(request, captureDir)), compositionView)
  }
}
