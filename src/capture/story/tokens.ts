import type { RecordedOperation } from '../format/manifest.ts'
import type { Token } from './told.ts'

/** Which market and outcome a token is, as far as the session's operations name it. */
export function tokensOf(operations: readonly RecordedOperation[]): ReadonlyMap<string, Token> {
  const tokens = new Map<string, Token>()
  for (const { input } of operations) collect(input, tokens, 0)
  return tokens
}

// Markets stand a few levels below an operation; deeper is something else.
const DEPTH_MAX = 6

function collect(value: unknown, tokens: Map<string, Token>, depth: number): void {
  if (typeof value !== 'object' || value === null || depth > DEPTH_MAX) return
  const [symbol, routing]: readonly unknown[] = [Reflect.get(value, 'symbol'), Reflect.get(value, 'routing')]
  if (typeof symbol === 'string' && typeof routing === 'object' && routing !== null) {
    for (const outcome of ['yes', 'no']) {
      const token: unknown = Reflect.get(routing, `${outcome}Token`)
      if (typeof token === 'string') tokens.set(token, { market: symbol, outcome })
    }
  }
  for (const member of Object.values(value)) collect(member, tokens, depth + 1)
}
