import { parse } from 'lossless-json'

/**
 * A JSON text whose numbers are the texts that they were written as: no id and no amount passes through a double. Undefined
 * when it is not JSON, or nested too deep to read.
 */
export function parseJsonExactly(text: string): unknown {
  try {
    return parse(text, undefined, {
      parseNumber: (digits) => digits,
      // As other parsers do.
      onDuplicateKey: ({ newValue }) => newValue,
    })
  } catch {
    return undefined
  }
}
