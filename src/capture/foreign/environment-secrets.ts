import { readFileSync, statSync } from 'node:fs'

/** Variables by which programs and the venues' own clients are commonly given their keys. */
const SECRET_NAME = /key|secret|pass|token|private|mnemonic|seed|credential|^pk$|_pk$/i
/** Names of keys and of tokens that are traded are no secrets: an order that says them must be recorded. */
const PUBLIC_NAME = /public|address|_id$|_name$/i
/** Addresses on the chain, and numbers: market tokens are some. */
const PUBLIC_VALUE = /^0x[0-9a-f]{40}$|^\d+$/i
// No key file is larger; a larger file is something else.
const KEY_FILE_BYTES_MAX = 64_000
const LENGTH_MIN = 8

export interface SecretNames {
  /** Variables whose value, or the content of the file that they name, is secret whatever it looks like. */
  readonly secret: ReadonlySet<string>
  /** Variables that sound secret and are not. */
  readonly public: ReadonlySet<string>
}

/** Finds secrets in an environment. Remembers what it has seen, since programs load their settings as they run. */
export class EnvironmentSecrets {
  #seen = new Map<string, string>()

  constructor(
    private readonly env: NodeJS.ProcessEnv,
    private readonly names: SecretNames,
  ) {}

  /** Secrets that were not there, or had another value, when it was last asked. */
  fresh(): readonly string[] {
    return Object.entries(this.env).flatMap(([name, value]) => {
      if (value === undefined || this.#seen.get(name) === value) return []
      this.#seen.set(name, value)
      return this.#isSecret(name, value) ? secretsIn(value) : []
    })
  }

  #isSecret(name: string, value: string): boolean {
    if (value.length < LENGTH_MIN || this.names.public.has(name)) return false
    if (this.names.secret.has(name)) return true
    return SECRET_NAME.test(name) && !PUBLIC_NAME.test(name) && !PUBLIC_VALUE.test(value)
  }
}

/** The value, and when it names a file, what is in it instead. */
function secretsIn(value: string): readonly string[] {
  try {
    const file = statSync(value, { throwIfNoEntry: false })
    if (file === undefined) return [value]
    return file.isFile() && file.size <= KEY_FILE_BYTES_MAX ? [readFileSync(value, 'utf8')] : []
  } catch {
    return [value]
  }
}
