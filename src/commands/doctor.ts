import { Flags } from '@oclif/core'
import { BaseCommand } from '../cli/base-command.ts'
import { type DoctorJson, doctorJson, doctorReason } from '../cli/json/doctor-json.ts'
import { doctorView, findingView } from '../cli/views/doctor.ts'
import { venueIds } from '../domain/market.ts'

export default class Doctor extends BaseCommand {
  static override description = 'check addresses, clock, keys, wallet, limits and disk: each line ok, or what to do'

  static override examples = [
    { description: 'of the sandbox', command: '<%= config.bin %> doctor' },
    { description: 'of one venue', command: '<%= config.bin %> doctor --venue kalshi' },
  ]

  static override flags = {
    venue: Flags.option({ options: venueIds, description: 'only this venue' })(),
  }

  async run(): Promise<DoctorJson> {
    const { flags } = await this.parse(Doctor)
    const settings = await this.loadSettings(flags)
    const { runDoctor } = await import('../cli/doctor/run-doctor.ts')
    const venues = flags.venue === undefined ? venueIds : [flags.venue]
    const findings = await runDoctor(settings, venues, this.signal, async (finding) => {
      if (!this.jsonEnabled()) await this.announce(finding, findingView)
    })
    const report = doctorJson(settings.environment, findings)
    return this.show(report, doctorView, doctorReason(report))
  }
}
