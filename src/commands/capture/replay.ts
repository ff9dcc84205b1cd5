import { BaseCommand } from '../../cli/base-command.ts'
import { exampleRecording } from '../../cli/example-markets.ts'
import { type ReplayJson, replayJson } from '../../cli/json/recording-json.ts'
import { recordingArg } from '../../cli/recording-arg.ts'
import { recordingsDir } from '../../cli/recordings.ts'
import { replayView } from '../../cli/views/recordings.ts'

export default class CaptureReplay extends BaseCommand {
  static override description = 'run a recording against the code of today, offline, and explain every difference'

  static override examples = [
    {
      description: 'by name',
      command: `<%= config.bin %> capture replay ${exampleRecording} --capture-dir recordings`,
    },
  ]

  static override args = { session: recordingArg }

  async run(): Promise<ReplayJson> {
    const { args, flags } = await this.parse(CaptureReplay)
    const captureDir = recordingsDir(await this.loadSettings(flags))
    const { replayRecordingFolder } = await import('../../cli/replay-session.ts')
    const report = await replayRecordingFolder(args.session, { captureDir })
    return this.show(replayJson(report), replayView, report.verdict === 'same' ? 'done' : 'drift')
  }
}
