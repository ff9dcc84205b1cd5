import { ToolkitError } from '../../domain/errors.ts'
import { isoTime } from '../../runtime/clock.ts'

const unitMs: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }
const DURATION = /^(\d{1,6})([smhd])$/
const RFC3339 = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})$/

/**
 * Milliseconds in `30s`, `10m`, `6h` or `2d`.
 * @throws ToolkitError (usage) that names the flag.
 */
export function parseDuration(text: string, flag: string): number {
  const [, count, unit] = DURATION.exec(text) ?? []
  const ms = Number(count) * (unitMs[unit ?? ''] ?? Number.NaN)
  if (Number.isFinite(ms) && ms > 0) return ms
  throw badTime(flag, text, 'a duration such as 30s, 10m, 6h or 2d')
}

/**
 * As `parseDuration`, and milliseconds in `300ms`.
 * @throws ToolkitError (usage) that names the flag.
 */
export function parseShortDuration(text: string, flag: string): number {
  const [, count] = /^(\d{1,6})ms$/.exec(text) ?? []
  if (count !== undefined) return Number(count)
  return parseDuration(text, flag)
}

/**
 * The moment, RFC 3339, that `--expires` names: a time, or a duration from now such as `+10m`.
 * @throws ToolkitError (usage) that names the flag.
 */
export function parseExpiry(text: string, flag: string, nowMs: number): string {
  if (text.startsWith('+')) return isoTime(nowMs + parseDuration(text.slice(1), flag))
  const ms = RFC3339.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isFinite(ms)) return isoTime(ms)
  throw badTime(flag, text, 'a time such as 2026-11-20T18:00:00Z, or +10m for ten minutes from now')
}

function badTime(flag: string, text: string, wanted: string): ToolkitError {
  return new ToolkitError({
    code: 'BAD_TIME',
    category: 'usage',
    message: `${flag} ${JSON.stringify(text)} is not ${wanted}. Nothing was sent.`,
  })
}
