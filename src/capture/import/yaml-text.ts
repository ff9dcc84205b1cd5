import { parse } from 'yaml'

/**
 * Parses a cassette. A module of its own, so that only who reads YAML loads the library.
 * @throws when it is not YAML.
 */
export function parseYaml(text: string): unknown {
  // YAML 1.1 has the tag under which Python writes bytes.
  return parse(text, { schema: 'core', customTags: ['binary'], logLevel: 'error' })
}
