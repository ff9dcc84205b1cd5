import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ExchangeEntry } from '../../../src/capture/format/exchange.ts'
import { RECORDING_FORMAT } from '../../../src/capture/format/session-files.ts'
import { type ImportReport, importSession } from '../../../src/capture/import/import-session.ts'
import { loadRecording, readExchange } from '../../../src/capture/read/recording.ts'
import { verifyRecording } from '../../../src/capture/read/verify.ts'
import { VirtualClock } from '../../../src/runtime/clock.ts'

const clock = new VirtualClock(Date.parse('2026-11-28T12:00:00.000Z'))

/** Imports into a folder beside the source. */
export function importFrom(source: string, folder: string, session: string | null = null): Promise<ImportReport> {
  return importSession(source, {
    captureDir: join(folder, 'recordings'),
    session,
    services: [
      { venue: 'kalshi', service: 'rest', baseUrl: 'http://127.0.0.1:9/trade-api/v2', environment: 'sandbox' },
    ],
    toolVersion: '0.0.0',
    clock,
  })
}

/** Writes a source and imports it. A text is written as it is. */
export function importText(folder: string, file: string, content: object | string): Promise<ImportReport> {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, file), typeof content === 'string' ? content : JSON.stringify(content))
  return importFrom(join(folder, file), folder)
}

/** What stands on the tape, which is whole. */
export function entriesOf({ directory }: ImportReport): readonly ExchangeEntry[] {
  const { status, problems } = verifyRecording(directory)
  if (status !== 'whole') throw new Error(JSON.stringify(problems))
  return loadRecording(directory, null).exchanges.map(({ file }) => {
    const read = readExchange(directory, file, RECORDING_FORMAT)
    if (!read.ok) throw new Error(read.problem.what)
    return read.value
  })
}
