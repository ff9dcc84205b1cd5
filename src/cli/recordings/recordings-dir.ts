import { resolve } from 'node:path'
import type { Settings } from '../config/settings.ts'

/** Where recordings are looked for: where capture would put them, or `recordings` in the current folder. */
export function recordingsDir(settings: Settings): string {
  return settings.captureDir ?? resolve('recordings')
}
