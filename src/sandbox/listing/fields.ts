/** Thrown by the readers below: what is wrong, and where. */
export class BadEntry extends Error {
  override readonly name = 'BadEntry'
}

type Read<T> = (value: unknown, where: string) => T

/** The members of an object, each asked for once. What nobody asked for is a mistake of whoever wrote it. */
export class Fields {
  readonly #members: Readonly<Record<string, unknown>>
  readonly #asked = new Set<string>()

  constructor(
    readonly where: string,
    value: unknown,
  ) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new BadEntry(`${where} is no object`)
    this.#members = { ...value }
  }

  has(name: string): boolean {
    return this.#members[name] !== undefined
  }

  need<T>(name: string, read: Read<T>): T {
    const value = this.maybe(name, read)
    if (value === null) throw new BadEntry(`${this.where} has no ${name}`)
    return value
  }

  maybe<T>(name: string, read: Read<T>): T | null {
    this.#asked.add(name)
    const value = this.#members[name]
    return value === undefined ? null : read(value, `${name} of ${this.where}`)
  }

  inside(name: string): Fields {
    return this.need(name, (value, where) => new Fields(where, value))
  }

  /** All members, which are texts. */
  texts(): Readonly<Record<string, string>> {
    const texts: Record<string, string> = {}
    for (const name of Object.keys(this.#members)) texts[name] = this.need(name, text)
    return texts
  }

  /** @throws BadEntry for members that nobody asked for. */
  end(): void {
    const unknown = Object.keys(this.#members).find((name) => !this.#asked.has(name))
    if (unknown === undefined) return
    throw new BadEntry(`${this.where} has a member ${unknown}; known are ${[...this.#asked].join(', ')}`)
  }
}

export function text(value: unknown, where: string): string {
  if (typeof value === 'string' && value.trim() !== '') return value
  throw new BadEntry(`${where} must be text`)
}

export function yesOrNo(value: unknown, where: string): boolean {
  if (typeof value === 'boolean') return value
  throw new BadEntry(`${where} must be true or false`)
}

export function wholeNumber(least: number, most: number): Read<number> {
  return (value, where) => {
    if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value
    throw new BadEntry(`${where} must be a whole number from ${least} to ${most}`)
  }
}

/** RFC 3339, as Unix ms. */
export function time(value: unknown, where: string): number {
  const atMs =
    typeof value === 'string' && /^\d{4}-\d{2}-\d{2}T.*(Z|[+-]\d{2}:\d{2})$/.test(value)
      ? Date.parse(value)
      : Number.NaN
  if (!Number.isNaN(atMs)) return atMs
  throw new BadEntry(`${where} must be a time such as 2027-01-31T12:00:00Z`)
}

export function oneOf<T extends string>(words: readonly T[]): Read<T> {
  return (value, where) => {
    const found = words.find((word) => word === value)
    if (found !== undefined) return found
    throw new BadEntry(`${where} must be one of ${words.join(', ')}`)
  }
}

export function listOf<T>(read: Read<T>): Read<readonly T[]> {
  return (value, where) => {
    if (!Array.isArray(value)) throw new BadEntry(`${where} must be a list`)
    return value.map((item: unknown, index) => read(item, `number ${index + 1} of ${where}`))
  }
}
