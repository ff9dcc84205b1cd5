import { readFileSync } from 'node:fs'

/** Results of the official SDKs, run offline. */
export function readVectors<T>(name: string): T {
  return JSON.parse(readFileSync(`test/fixtures/vectors/polymarket-${name}.json`, 'utf8')) as T
}
