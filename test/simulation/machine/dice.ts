/**
 * Small seeded generator (sfc32). The plan, latencies and what a
 * power cut leaves are drawn from it: thousands of draws a run, for which the hashing generator of the program is too slow.
 */
export class Dice {
  private a: number
  private b: number
  private c: number
  private counter = 1

  constructor(seed: string) {
    // FNV-1a over three salted copies of the seed.
    const [a, b, c] = ['a', 'b', 'c'].map((salt) => fnv(`${salt}/${seed}`))
    this.a = a ?? 0
    this.b = b ?? 0
    this.c = c ?? 0
    for (let round = 0; round < 12; round++) this.next()
  }

  private next(): number {
    const sum = (this.a + this.b + this.counter++) | 0
    this.a = this.b ^ (this.b >>> 9)
    this.b = (this.c + (this.c << 3)) | 0
    this.c = ((this.c << 21) | (this.c >>> 11)) + sum
    this.c |= 0
    return sum >>> 0
  }

  /** A whole number from 0 up to, not including, `bound`. */
  below(bound: number): number {
    return Math.floor((this.next() / 4_294_967_296) * bound)
  }

  /** A whole number between the two, both included. */
  between(least: number, most: number): number {
    return least + this.below(most - least + 1)
  }

  /** True in `percent` of 100 cases. */
  chance(percent: number): boolean {
    return this.below(10_000) < percent * 100
  }

  pick<const Items extends readonly [unknown, ...unknown[]]>(items: Items): Items[number] {
    return items[this.below(items.length)]
  }
}

function fnv(text: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  }
  return hash >>> 0
}
