import { parse } from 'lossless-json'

/** A JSON number as it was written. Whoever needs its value says how exact it must be. */
export class JsonNumber {
  constructor(readonly text: string) {}

  /** Text of the number, so that a message that prints one stays readable. */
  toString(): string {
    return this.text
  }
}

/**
 * JSON in which no number ever becomes a double: numbers are `JsonNumber`. Undefined when the text is not JSON, which
 * includes an object that gives one key two different values. Never throws.
 */
export function parseJson(text: string): unknown {
  try {
    return parse(text, undefined, (digits) => new JsonNumber(digits))
  } catch {
    // A syntax error, or nesting so deep that the stack ran out: either way it is no answer of a venue.
    return undefined
  }
}

/**
 * Words for a value that should be text: text and numbers as they are written, anything else by its kind. Never throws:
 * a venue's object can have a `toString` that is no function.
 */
export function plainText(value: unknown): string {
  if (typeof value === 'string') return value
  if (value instanceof JsonNumber) return value.text
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' && value !== null ? 'an object' : String(value)
}
