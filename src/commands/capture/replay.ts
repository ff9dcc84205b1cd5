import { BaseCommand } from '../../cli/base-command.ts'
import { recordingArg } from '../../cli/flags/recording-arg.ts'
import { type ReplayJson, replayJson } from '../../cli/json/recording-json.ts'
import { recordingsDir } from '../../cli/recordings/recordings-dir.ts'
import { exampleRecording } from '../../cli/sandbox/example-markets.ts'
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
    const { replayRecordingFolder } = await import('../../cli/replay/replay-session.ts')
    const report = await replayRecordingFolder(args.session, { captureDir })
    return this.show(replayJson(report), replayView, report.verdict === 'same' ? 'done' : 'drift')
  }
}
