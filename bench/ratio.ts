/** One measured ratio. `atMost` is what we aim for; it is printed, never asserted: the machines are shared and noisy. */
export interface Ratio {
  readonly name: string
  readonly ratio: number
  readonly detail: string
  readonly atMost: number | null
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted[Math.floor(sorted.length / 2)]
  if (middle === undefined) throw new Error('no values to take the median of')
  return middle
}

export function printRatio({ name, ratio, detail, atMost }: Ratio): void {
  const aim = atMost === null ? '' : `  (aim: at most ${atMost})`
  console.log(`${ratio.toFixed(2).padStart(7)}x  ${name}${aim}\n          ${detail}`)
}
