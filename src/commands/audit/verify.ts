import { type AuditVerifyJson, auditVerdict } from '../../cli/audit-trail.ts'
import { BaseCommand } from '../../cli/base-command.ts'
import { auditVerifyView } from '../../cli/views/audit.ts'

export default class AuditVerify extends BaseCommand {
  static override description = 'prove that no record of the journal was changed, added, moved or removed'

  static override examples = [{ description: 'of the sandbox', command: '<%= config.bin %> audit verify' }]

  async run(): Promise<AuditVerifyJson> {
    const { flags } = await this.parse(AuditVerify)
    const verdict = await auditVerdict(await this.loadSettings(flags))
    return this.show(verdict, auditVerifyView, verdict.ok ? 'done' : 'drift')
  }
}
