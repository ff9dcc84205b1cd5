import { Flags } from '@oclif/core'
import { parseFaultOverride } from '../../capture/serve/fault-overrides.ts'
import { parseLatency } from '../../capture/serve/latency.ts'
import { BaseCommand } from '../../cli/base-command.ts'
import { exitCodeOf } from '../../cli/exit-codes.ts'
import { recordingArg } from '../../cli/flags/recording-arg.ts'
import { serveReportJson } from '../../cli/json/serve-json.ts'
import { recordingsDir } from '../../cli/recordings/recordings-dir.ts'
import { exampleRecording } from '../../cli/sandbox/example-markets.ts'
import { serveReportView, tapeReadyView } from '../../cli/views/tape-server.ts'

export default class CaptureServe extends BaseCommand {
  static override description = 'serve recordings on loopback in place of the venues, until interrupted'

  static override examples = [
    { description: 'on any free ports', command: `<%= config.bin %> capture serve ${exampleRecording}` },
    {
      description: 'with the answer to its third exchange lost',
      command: `<%= config.bin %> capture serve ${exampleRecording} --fault 3:reset`,
    },
  ]

  static override strict = false
  static override args = { session: recordingArg }

  static override flags = {
    mode: Flags.option({
      options: ['strict', 'by-endpoint'] as const,
      default: 'strict',
      description: "strict keeps each venue's order; by-endpoint only the order of requests for the same thing",
    })(),
    latency: Flags.string({
      default: 'none',
      helpValue: 'none|recorded|xN',
      description: 'when answers come: at once, after the recorded time, or N times that',
    }),
    fault: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'NO:FAULT',
      description:
        'what becomes of an exchange: reset, timeout, truncated, a status such as 429, or delay=MS; repeatable',
    }),
    port: Flags.integer({
      min: 0,
      max: 65_528,
      default: 0,
      description: 'first of the ports, one for each service; 0 for any',
    }),
  }

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(CaptureServe)
    const [latency, faults] = [parseLatency(flags.latency), (flags.fault ?? []).map(parseFaultOverride)]
    const captureDir = recordingsDir(await this.loadSettings(flags))
    const { serveTapes } = await import('../../cli/recordings/tape-server.ts')
    const report = await serveTapes(
      {
        sessions: argv.map(String),
        captureDir,
        mode: flags.mode,
        latency,
        faults,
        port: flags.port,
        onReady: (ready) => this.announce(ready, tapeReadyView),
      },
      this.signal,
    )
    const json = serveReportJson(report)
    await this.announce({ report: json }, () => serveReportView(json))
    // Being told to stop is how serving ends.
    process.exitCode = exitCodeOf(json.verdict === 'same' ? 'done' : 'drift')
  }

  protected override interrupted(): void {
    this.endWork()
  }
}
