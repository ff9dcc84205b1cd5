import { findDirectory } from '../../capture/read/recording.ts'
import { verifyRecording } from '../../capture/read/verify.ts'
import { BaseCommand } from '../../cli/base-command.ts'
import { recordingArg } from '../../cli/flags/recording-arg.ts'
import { type VerifyJson, verifyJson } from '../../cli/json/recording-json.ts'
import { recordingsDir } from '../../cli/recordings/recordings-dir.ts'
import { exampleRecording } from '../../cli/sandbox/example-markets.ts'
import { verifyView } from '../../cli/views/recordings.ts'

export default class CaptureVerify extends BaseCommand {
  static override description = 'check that a recording is whole, unchanged and free of secrets'

  static override examples = [
    {
      description: 'by name',
      command: `<%= config.bin %> capture verify ${exampleRecording} --capture-dir recordings`,
    },
  ]

  static override args = { session: recordingArg }

  async run(): Promise<VerifyJson> {
    const { args, flags } = await this.parse(CaptureVerify)
    const captureDir = recordingsDir(await this.loadSettings(flags))
    const check = verifyRecording(findDirectory(args.session, captureDir))
    return this.show(verifyJson(check), verifyView, check.status === 'damaged' ? 'drift' : 'done')
  }
}
