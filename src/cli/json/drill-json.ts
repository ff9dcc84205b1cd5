import type { CrashReport, PointReport } from '../drill/crash.ts'

export interface CrashDrillJson {
  /** Nothing was lost, doubled or wrong at any point. */
  readonly ok: boolean
  readonly points: readonly PointReport[]
  readonly durationMs: number
}

export interface CrashPointsJson {
  readonly names: readonly string[]
}

export function crashDrillJson({ ok, points, durationMs }: CrashReport): CrashDrillJson {
  return {
    ok,
    points: points.map((point) => ({ ...point, ms: Math.round(point.ms) })),
    durationMs: Math.round(durationMs),
  }
}
