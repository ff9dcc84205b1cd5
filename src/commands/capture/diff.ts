import { Args, Flags } from '@oclif/core'
import { BaseCommand } from '../../cli/base-command.ts'
import type { Settings } from '../../cli/config/settings.ts'
import { type CaptureDiffJson, captureDiffJson } from '../../cli/json/diff-json.ts'
import { type DiffReport, diffRecordings, diffWithToday, isDifferent } from '../../cli/recordings/diff-recordings.ts'
import { recordingsDir } from '../../cli/recordings/recordings-dir.ts'
import { exampleRecording } from '../../cli/sandbox/example-markets.ts'
import { usageError } from '../../cli/usage-error.ts'
import { captureDiffView } from '../../cli/views/diff.ts'

export default class CaptureDiff extends BaseCommand {
  static override description = 'two recordings compared field by field, or one with what today’s code would send'

  static override examples = [
    {
      description: 'with what the code of today would send',
      command: `<%= config.bin %> capture diff ${exampleRecording} --today --capture-dir recordings`,
    },
    {
      description: 'only what messages look like: a live recording against one of the sandbox',
      command: `<%= config.bin %> capture diff ${exampleRecording} ${exampleRecording} --schema --capture-dir recordings`,
    },
  ]

  static override args = {
    a: Args.string({ required: true, description: 'name of a recording in the capture folder, or a path to one' }),
    b: Args.string({ description: 'the recording to compare it with; left out: what today’s code would send' }),
  }

  static override flags = {
    today: Flags.boolean({ description: 'compare with what today’s code would send' }),
    schema: Flags.boolean({ description: 'compare shapes only: members and kinds of values, not values' }),
  }

  async run(): Promise<CaptureDiffJson> {
    const { args, flags } = await this.parse(CaptureDiff)
    const report = await this.compare(args, flags, await this.loadSettings(flags))
    return this.show(captureDiffJson(report), captureDiffView, isDifferent(report) ? 'drift' : 'done')
  }

  private async compare(
    { a, b }: { readonly a: string; readonly b: string | undefined },
    { today, schema }: { readonly today: boolean; readonly schema: boolean },
    settings: Settings,
  ): Promise<DiffReport> {
    const captureDir = recordingsDir(settings)
    if (b !== undefined && today) {
      throw usageError(
        'There is a second recording and --today.',
        `capture diff ${a} ${b}`,
        `capture diff ${a} --today`,
      )
    }
    if (b !== undefined) return diffRecordings(a, b, { captureDir, shapes: schema })
    if (schema) throw usageError('Shapes are compared between two recordings.', `capture diff ${a} ANOTHER --schema`)
    return diffWithToday(a, captureDir)
  }
}
