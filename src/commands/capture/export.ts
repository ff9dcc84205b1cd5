import { Flags } from '@oclif/core'
import { exportHar } from '../../capture/har/export-har.ts'
import { findDirectory } from '../../capture/recording.ts'
import { BaseCommand } from '../../cli/base-command.ts'
import { exampleRecording } from '../../cli/example-markets.ts'
import type { HarExportJson } from '../../cli/json/transfer-json.ts'
import { recordingArg } from '../../cli/recording-arg.ts'
import { recordingsDir } from '../../cli/recordings.ts'
import { toolVersion } from '../../cli/version.ts'
import { harExportView } from '../../cli/views/transfer.ts'

export default class CaptureExport extends BaseCommand {
  static override description = 'one recording as an HTTP archive (HAR 1.2), which browsers and other tools open'

  static override examples = [
    {
      description: 'into a new file',
      command: `<%= config.bin %> capture export ${exampleRecording} --out ${exampleRecording}.har --capture-dir recordings`,
    },
  ]

  static override args = { session: recordingArg }

  static override flags = {
    out: Flags.string({ required: true, helpValue: 'FILE', description: 'the new file' }),
  }

  async run(): Promise<HarExportJson> {
    const { args, flags } = await this.parse(CaptureExport)
    const directory = findDirectory(args.session, recordingsDir(await this.loadSettings(flags)))
    return this.show(exportHar(directory, flags.out, toolVersion), harExportView)
  }
}
