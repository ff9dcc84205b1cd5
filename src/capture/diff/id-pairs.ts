/**
 * Ids of two sessions that stand for the same thing. The first time two meet in the same place they are a pair; after that
 * each must meet the other only, or one session means two things where the other means one.
 */
export class IdPairs {
  readonly #there = new Map<string, string>()
  readonly #back = new Map<string, string>()

  same(a: string, b: string): boolean {
    const [there, back] = [this.#there.get(a), this.#back.get(b)]
    if (there !== undefined || back !== undefined) return there === b && back === a
    this.#there.set(a, b)
    this.#back.set(b, a)
    return true
  }
}
