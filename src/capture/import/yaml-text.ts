import { parse } from 'yaml'

// The library's time grows with the square of the depth, and no cassette is nested like this.
const DEPTH_MAX = 500

/**
 * Parses a cassette. A module of its own, so that only who reads YAML loads the library.
 * @throws when it is not YAML, or nested too deep.
 */
export function parseYaml(text: string): unknown {
  if (bracketDepth(text) > DEPTH_MAX) throw new Error('nested too deep')
  // YAML 1.1 has the tag under which Python writes bytes.
  return parse(text, { schema: 'core', customTags: ['binary'], logLevel: 'error' })
}

function bracketDepth(text: string): number {
  let [depth, deepest] = [0, 0]
  for (const [bracket] of text.matchAll(/[[\]{}]/g)) {
    depth += bracket === '[' || bracket === '{' ? 1 : -1
    deepest = Math.max(deepest, depth)
  }
  return deepest
}
