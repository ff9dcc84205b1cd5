import { resolve } from 'node:path'
import { Flags } from '@oclif/core'
import { BaseCommand } from '../../cli/base-command.ts'
import { recordingArg } from '../../cli/flags/recording-arg.ts'
import { type PromotionJson, promotionJson } from '../../cli/json/promotion-json.ts'
import { recordingsDir } from '../../cli/recordings/recordings-dir.ts'
import { exampleRecording } from '../../cli/sandbox/example-markets.ts'
import { promotionView } from '../../cli/views/promotion.ts'

export default class CapturePromote extends BaseCommand {
  static override description =
    'keep a session as a test: copy it, run it under the code of today, write what must come of it'

  static override examples = [
    {
      description: 'last night’s session, as a test of this project',
      command: `<%= config.bin %> capture promote ${exampleRecording} --as first-order --into tests --capture-dir recordings`,
    },
  ]

  static override args = { session: recordingArg }

  static override flags = {
    as: Flags.string({ required: true, description: 'name of the test: a folder below --into', helpValue: 'NAME' }),
    into: Flags.string({ default: 'recordings', description: 'folder of the recordings that are tests' }),
  }

  async run(): Promise<PromotionJson> {
    const { args, flags } = await this.parse(CapturePromote)
    const captureDir = recordingsDir(await this.loadSettings(flags))
    const { promoteRecording } = await import('../../cli/recordings/promote-recording.ts')
    const promotion = await promoteRecording(args.session, { captureDir, into: resolve(flags.into), name: flags.as })
    return this.show(promotionJson(promotion), promotionView, promotion.report.verdict === 'same' ? 'done' : 'drift')
  }
}
