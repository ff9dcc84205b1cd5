/** What became of one aspect of two contracts. `world` tells how the two could pay differently, in one sentence. */
export interface Finding {
  readonly aspect: string
  readonly outcome: 'agrees' | 'differs' | 'unclear'
  readonly first: string
  readonly second: string
  readonly world: string | null
}

export function agrees(aspect: string, value: string): Finding {
  return { aspect, outcome: 'agrees', first: value, second: value, world: null }
}

export function differs(aspect: string, values: readonly [string, string], world: string): Finding {
  return { aspect, outcome: 'differs', first: values[0], second: values[1], world }
}

export function unclear(aspect: string, values: readonly [string, string], world: string): Finding {
  return { aspect, outcome: 'unclear', first: values[0], second: values[1], world }
}

/** For values that must be equal and known. */
export function compareExact(
  aspect: string,
  a: string | null,
  b: string | null,
  world: (a: string, b: string) => string,
): Finding {
  if (a !== null && b !== null) return a === b ? agrees(aspect, a) : differs(aspect, [a, b], world(a, b))
  const values: readonly [string, string] = [a ?? 'not said', b ?? 'not said']
  return unclear(aspect, values, `the one that does not say its ${aspect} means another one`)
}
