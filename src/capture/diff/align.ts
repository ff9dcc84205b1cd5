/** What stands in the same place of two sequences: a pair, or one that the other has nothing for. */
export type Aligned<T> = readonly [T, T] | readonly [T, null] | readonly [null, T]

// A table of more cells is too large to fill; the nth of a kind is then the nth of its kind.
const CELLS_MAX = 4_000_000

interface Comparable<T> {
  readonly item: T
  /** Only items of one kind can be a pair. */
  readonly kind: string
  /** Two that are equal in this are the better pair. */
  readonly signature: string
}

/** Pairs as many as possible in order, equal ones first, so that one that was left out does not shift the rest. */
export function align<T>(a: readonly Comparable<T>[], b: readonly Comparable<T>[]): readonly Aligned<T>[] {
  return a.length * b.length > CELLS_MAX ? alignByCount(a, b) : alignByTable(a, b)
}

function alignByTable<T>(a: readonly Comparable<T>[], b: readonly Comparable<T>[]): readonly Aligned<T>[] {
  const width = b.length + 1
  // Best score from here to the end: two for a pair, three for an equal one.
  const best = new Uint32Array((a.length + 1) * width)
  const at = (i: number, j: number): number => best[i * width + j] ?? 0
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      const score = scoreOf(a[i], b[j])
      best[i * width + j] = Math.max(at(i + 1, j), at(i, j + 1), score === 0 ? 0 : score + at(i + 1, j + 1))
    }
  }
  const out: Aligned<T>[] = []
  let [i, j] = [0, 0]
  for (;;) {
    const [one, other] = [a[i], b[j]]
    if (one === undefined && other === undefined) return out
    const score = scoreOf(one, other)
    if (one !== undefined && other !== undefined && score > 0 && at(i, j) === score + at(i + 1, j + 1)) {
      out.push([one.item, other.item])
      i += 1
      j += 1
    } else if (one !== undefined && (other === undefined || at(i + 1, j) >= at(i, j + 1))) {
      out.push([one.item, null])
      i += 1
    } else if (other !== undefined) {
      out.push([null, other.item])
      j += 1
    }
  }
}

function scoreOf<T>(a: Comparable<T> | undefined, b: Comparable<T> | undefined): number {
  if (a === undefined || b === undefined || a.kind !== b.kind) return 0
  return a.signature === b.signature ? 3 : 2
}

function alignByCount<T>(a: readonly Comparable<T>[], b: readonly Comparable<T>[]): readonly Aligned<T>[] {
  const left = new Map<string, T[]>()
  for (const { kind, item } of b) {
    const same = left.get(kind)
    if (same === undefined) left.set(kind, [item])
    else same.push(item)
  }
  const pairs = a.map(({ kind, item }): Aligned<T> => {
    const other = left.get(kind)?.shift()
    return other === undefined ? [item, null] : [item, other]
  })
  return [...pairs, ...[...left.values()].flat().map((item): Aligned<T> => [null, item])]
}
