import { listRecordings } from '../../capture/read/recording.ts'
import { BaseCommand } from '../../cli/base-command.ts'
import { type RecordingListJson, recordingListJson } from '../../cli/json/recording-json.ts'
import { recordingsDir } from '../../cli/recordings/recordings-dir.ts'
import { recordingListView } from '../../cli/views/recordings.ts'

export default class CaptureList extends BaseCommand {
  static override description = 'recordings in the capture folder, newest first'

  static override examples = [
    { description: 'those in ./recordings', command: '<%= config.bin %> capture list --capture-dir recordings' },
  ]

  async run(): Promise<RecordingListJson> {
    const { flags } = await this.parse(CaptureList)
    const captureDir = recordingsDir(await this.loadSettings(flags))
    return this.show(recordingListJson(captureDir, listRecordings(captureDir)), recordingListView)
  }
}
