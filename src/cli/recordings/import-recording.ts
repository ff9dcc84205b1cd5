import type { KnownService } from '../../capture/import/hosts.ts'
import { type ImportReport, importSession } from '../../capture/import/import-session.ts'
import { venueIds } from '../../domain/market.ts'
import { systemClock } from '../../runtime/clock.ts'
import type { Settings } from '../config/settings.ts'
import { toolVersion } from '../version.ts'
import { recordingsDir } from './recordings-dir.ts'

/** Takes in what was recorded elsewhere, into the capture folder of this run. */
export function importRecording(source: string, settings: Settings): Promise<ImportReport> {
  return importSession(source, {
    captureDir: recordingsDir(settings),
    session: settings.session,
    services: configuredServices(settings),
    toolVersion,
    clock: systemClock,
  })
}

/** The addresses of this run: a recording that went to one of them is recognised. */
function configuredServices(settings: Settings): readonly KnownService[] {
  const { environment } = settings
  return venueIds.flatMap((venue) =>
    Object.entries(settings.venues[venue].urls).flatMap(([service, baseUrl]) =>
      baseUrl === null ? [] : [{ venue, service, baseUrl, environment }],
    ),
  )
}
