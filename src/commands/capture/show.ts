import { loadRecording } from '../../capture/recording.ts'
import { BaseCommand } from '../../cli/base-command.ts'
import { exampleRecording } from '../../cli/example-markets.ts'
import { type RecordingDetailJson, recordingDetailJson } from '../../cli/json/recording-json.ts'
import { recordingArg } from '../../cli/recording-arg.ts'
import { recordingsDir } from '../../cli/recordings.ts'
import { recordingDetailView } from '../../cli/views/recordings.ts'

export default class CaptureShow extends BaseCommand {
  static override description = 'one recording, exchange by exchange'

  static override examples = [
    {
      description: 'by name',
      command: `<%= config.bin %> capture show ${exampleRecording} --capture-dir recordings`,
    },
  ]

  static override args = { session: recordingArg }

  async run(): Promise<RecordingDetailJson> {
    const { args, flags } = await this.parse(CaptureShow)
    const captureDir = recordingsDir(await this.loadSettings(flags))
    return this.show(recordingDetailJson(loadRecording(args.session, captureDir)), recordingDetailView)
  }
}
