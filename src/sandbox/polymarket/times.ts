/** Seconds precision, as the catalogue prints most times: `2026-12-31T22:00:00Z`. */
export function isoSeconds(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`
}

export function unixSeconds(ms: number): number {
  return Math.floor(ms / 1000)
}
