import { Args } from '@oclif/core'
import { BaseCommand } from '../../cli/base-command.ts'
import type { ImportJson } from '../../cli/json/transfer-json.ts'
import { importRecording } from '../../cli/recordings/import-recording.ts'
import { exampleRecording } from '../../cli/sandbox/example-markets.ts'
import { importView } from '../../cli/views/transfer.ts'

export default class CaptureImport extends BaseCommand {
  static override description =
    'a recording from an HTTP archive of a browser or proxy, VCR cassettes, or files of one exchange each; secrets stay out'

  static override examples = [
    {
      description: 'an archive, under a name of its own',
      command: `<%= config.bin %> capture import ${exampleRecording}.har --session imported --capture-dir recordings`,
    },
  ]

  static override args = {
    source: Args.string({ required: true, description: 'a .har, .json or .yaml file, or a folder of them' }),
  }

  async run(): Promise<ImportJson> {
    const { args, flags } = await this.parse(CaptureImport)
    return this.show(await importRecording(args.source, await this.loadSettings(flags)), importView)
  }
}
