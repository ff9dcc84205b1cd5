import { Flags } from '@oclif/core'
import { loadRecording } from '../../capture/read/recording.ts'
import { tellStory } from '../../capture/story/story.ts'
import { BaseCommand } from '../../cli/base-command.ts'
import { recordingArg } from '../../cli/flags/recording-arg.ts'
import { writePage } from '../../cli/html/write-page.ts'
import { type RecordingDetailJson, recordingDetailJson } from '../../cli/json/recording-json.ts'
import { recordingsDir } from '../../cli/recordings/recordings-dir.ts'
import { exampleRecording } from '../../cli/sandbox/example-markets.ts'
import { recordingDetailView } from '../../cli/views/recordings.ts'

export default class CaptureShow extends BaseCommand {
  static override description =
    'one recording on a timeline: every exchange, which order it was about, and what it meant'

  static override examples = [
    {
      description: 'by name',
      command: `<%= config.bin %> capture show ${exampleRecording} --capture-dir recordings`,
    },
    {
      description: 'as a page for a browser',
      command: `<%= config.bin %> capture show ${exampleRecording} --html ${exampleRecording}.html --capture-dir recordings`,
    },
  ]

  static override args = { session: recordingArg }

  static override flags = {
    html: Flags.string({
      helpValue: 'FILE',
      description: 'also write one page with orders, positions and exposure over time; it needs no network',
    }),
  }

  async run(): Promise<RecordingDetailJson> {
    const { args, flags } = await this.parse(CaptureShow)
    const captureDir = recordingsDir(await this.loadSettings(flags))
    const recording = loadRecording(args.session, captureDir)
    const story = tellStory(recording)
    if (flags.html !== undefined) await writePage(flags.html, recording, story)
    return this.show(recordingDetailJson(recording, story, flags.html ?? null), recordingDetailView)
  }
}
