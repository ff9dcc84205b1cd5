import { Flags } from '@oclif/core'
import { type AuditListJson, auditTrail } from '../../cli/audit/trail.ts'
import { BaseCommand } from '../../cli/base-command.ts'
import { limitFlag } from '../../cli/flags/list-flags.ts'
import { exampleOrder } from '../../cli/sandbox/example-markets.ts'
import { auditListView } from '../../cli/views/audit.ts'

export default class AuditList extends BaseCommand {
  static override description = 'what was done, to what, and how it ended, newest last'

  static override examples = [
    { description: 'the last entries', command: '<%= config.bin %> audit list --limit 20' },
    { description: 'the life of one order', command: `<%= config.bin %> audit list --order ${exampleOrder}` },
  ]

  static override flags = {
    order: Flags.string({ helpValue: 'ORDER', description: 'entries of this order only: our id or its beginning' }),
    limit: limitFlag(50),
  }

  async run(): Promise<AuditListJson> {
    const { flags } = await this.parse(AuditList)
    const { limit, order } = flags
    return this.show(await auditTrail(await this.loadSettings(flags), { limit, order }), auditListView)
  }
}
