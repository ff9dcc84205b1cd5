import type { HarExport } from '../../capture/har/export-har.ts'
import type { ImportReport } from '../../capture/import/import-session.ts'

export type HarExportJson = HarExport
export type ImportJson = ImportReport
