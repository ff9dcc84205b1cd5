import { parse } from 'lossless-json'

/**
 * A number that stands for no whole number within 2^53 as it is written: 1.5, and 1.0, 1e3 and 1e-400 too. Decoders of the
 * venues look at the text; a double of 1e-400 would be a plain zero.
 */
export class OtherNumber {
  constructor(readonly text: string) {}
}

/** Whole numbers are all that requests carry as JSON numbers: amounts are text. */
function readNumber(text: string): number | OtherNumber {
  const value = Number(text)
  return /^(0|-?[1-9]\d*)$/.test(text) && Number.isSafeInteger(value) ? value : new OtherNumber(text)
}

/** The value of a JSON text that was sent to us, or undefined when it is none. */
export function parseBody(text: string): unknown {
  try {
    // Of members with one name the last counts, as with most decoders.
    return parse(text, undefined, { parseNumber: readNumber, onDuplicateKey: ({ newValue }) => newValue })
  } catch {
    return undefined
  }
}

/** Whether a value of `parseBody` is an object of JSON. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof OtherNumber)
}
