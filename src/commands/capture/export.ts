import { Flags } from '@oclif/core'
import { exportHar } from '../../capture/har/export-har.ts'
import { findDirectory } from '../../capture/read/recording.ts'
import { BaseCommand } from '../../cli/base-command.ts'
import { recordingArg } from '../../cli/flags/recording-arg.ts'
import type { HarExportJson } from '../../cli/json/transfer-json.ts'
import { recordingsDir } from '../../cli/recordings/recordings-dir.ts'
import { exampleRecording } from '../../cli/sandbox/example-markets.ts'
import { toolVersion } from '../../cli/version.ts'
import { harExportView } from '../../cli/views/transfer.ts'

export default class CaptureExport extends BaseCommand {
  static override description = 'one recording as an HTTP archive (HAR 1.2), which browsers and other tools open'

  static override examples = [
    {
      description: 'for the network panel of a browser',
      command: `<%= config.bin %> capture export ${exampleRecording} --out ${exampleRecording}.har --force --capture-dir recordings`,
    },
  ]

  static override args = { session: recordingArg }

  static override flags = {
    out: Flags.string({ required: true, helpValue: 'FILE', description: 'where to write it' }),
    force: Flags.boolean({ description: 'replace the file if there is one' }),
  }

  async run(): Promise<HarExportJson> {
    const { args, flags } = await this.parse(CaptureExport)
    const directory = findDirectory(args.session, recordingsDir(await this.loadSettings(flags)))
    const options = { creatorVersion: toolVersion, existing: flags.force ? 'replace' : 'keep' } as const
    return this.show(exportHar(directory, flags.out, options), harExportView)
  }
}
