import { Flags } from '@oclif/core'
import { type AuditVerifyJson, auditVerdict } from '../../cli/audit/trail.ts'
import { BaseCommand } from '../../cli/base-command.ts'
import { auditVerifyView } from '../../cli/views/audit.ts'

export default class AuditVerify extends BaseCommand {
  static override description =
    'prove that no record of the journal was changed, added, moved or removed (docs/audit.md)'

  static override examples = [{ description: 'of the sandbox', command: '<%= config.bin %> audit verify' }]

  static override flags = {
    expect: Flags.string({
      multiple: true,
      helpValue: 'RECORD:HASH',
      description: 'a head that this command printed before and you kept elsewhere: that record must still be there',
    }),
  }

  async run(): Promise<AuditVerifyJson> {
    const { flags } = await this.parse(AuditVerify)
    const verdict = await auditVerdict(await this.loadSettings(flags), flags.expect ?? [])
    return this.show(verdict, auditVerifyView, verdict.ok ? 'done' : 'drift')
  }
}
