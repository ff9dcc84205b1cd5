import { once } from 'node:events'
import { Flags } from '@oclif/core'
import { type AuditExportJson, exportAudit, exportFormats, writeExport } from '../../cli/audit/export.ts'
import { BaseCommand } from '../../cli/base-command.ts'
import { exampleOrder } from '../../cli/sandbox/example-markets.ts'
import { auditExportView } from '../../cli/views/audit.ts'

export default class AuditExport extends BaseCommand {
  static override description = 'the trail as CSV, or as JSON with one entry a line'

  static override examples = [
    { description: 'all of it, for a spreadsheet', command: '<%= config.bin %> audit export' },
    {
      description: 'one order, for a program',
      command: `<%= config.bin %> audit export --format json --order ${exampleOrder}`,
    },
    { description: 'since a day', command: '<%= config.bin %> audit export --from 2026-01-01' },
  ]

  static override flags = {
    format: Flags.option({ options: exportFormats, default: 'csv' as const, description: 'how to write it' })(),
    from: Flags.string({ helpValue: 'TIME', description: 'entries from this date or time on (UTC unless it says)' }),
    to: Flags.string({ helpValue: 'TIME', description: 'entries before this date or time' }),
    order: Flags.string({ helpValue: 'ORDER', description: 'entries of this order only: our id or its beginning' }),
    out: Flags.string({ helpValue: 'FILE', description: 'write to this new file instead of standard output' }),
  }

  async run(): Promise<AuditExportJson> {
    const { flags } = await this.parse(AuditExport)
    const settings = await this.loadSettings(flags)
    const { format, from, to, order, out } = flags
    const { pieces, count } = exportAudit(settings, { format, from, to, order })
    const result = (file: string | null, text: string | null): AuditExportJson => {
      return { environment: settings.environment, format, entries: count(), file, text }
    }
    if (out !== undefined) {
      await writeExport(out, pieces)
      return this.show(result(out, null), auditExportView)
    }
    if (!this.jsonEnabled()) {
      await toStandardOutput(pieces)
      return result(null, null)
    }
    const texts: string[] = []
    for await (const piece of pieces) texts.push(piece)
    return result(null, texts.join(''))
  }
}

/** Ends quietly when the reader has had enough, as in `… | head`. */
async function toStandardOutput(pieces: AsyncIterable<string>): Promise<void> {
  const { stdout } = process
  const reader = { gone: false }
  const onError = (error: Error): void => {
    if (!('code' in error) || error.code !== 'EPIPE') throw error
    reader.gone = true
  }
  stdout.on('error', onError)
  try {
    for await (const piece of pieces) {
      if (reader.gone) return
      if (!stdout.write(piece)) await Promise.race([once(stdout, 'drain'), once(stdout, 'close')]).catch(onError)
    }
  } finally {
    stdout.off('error', onError)
  }
}
