import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

export interface ApiCredentials {
  readonly apiKey: string
  /** Base64url of 32 bytes. */
  readonly secret: string
  readonly passphrase: string
}

interface IssuedKey extends ApiCredentials {
  /** Lower case. */
  readonly address: string
}

/**
 * API keys of the order service. A wallet and a nonce always give the same key, so keys need no storage: those of nonce 0
 * exist from the start for the wallets named, others from their creation until the process ends.
 */
export class ApiKeys {
  private readonly issued = new Map<string, IssuedKey>()

  constructor(
    private readonly seed: string,
    addressesWithKeys: readonly string[],
  ) {
    for (const address of addressesWithKeys) this.create(address, '0')
  }

  /** Null when the key exists already. */
  create(address: string, nonce: string): ApiCredentials | null {
    const key = this.compute(address, nonce)
    if (this.issued.has(key.apiKey)) return null
    this.issued.set(key.apiKey, key)
    return credentialsOf(key)
  }

  /** Null when there is no such key yet. */
  derive(address: string, nonce: string): ApiCredentials | null {
    const key = this.issued.get(this.compute(address, nonce).apiKey)
    return key === undefined ? null : credentialsOf(key)
  }

  listFor(address: string): readonly string[] {
    return [...this.issued.values()].filter((key) => key.address === address.toLowerCase()).map((key) => key.apiKey)
  }

  revoke(apiKey: string): void {
    this.issued.delete(apiKey)
  }

  /** The key's address (lower case) when all four parts fit together, else null. */
  verify(claim: {
    readonly apiKey: string
    readonly passphrase: string
    readonly address: string
    readonly message: string
    readonly signature: string
  }): string | null {
    const key = this.issued.get(claim.apiKey)
    if (key === undefined || key.address !== claim.address.toLowerCase()) return null
    const expected = signL2(key.secret, claim.message)
    return sameText(expected, claim.signature) && sameText(key.passphrase, claim.passphrase) ? key.address : null
  }

  /** The key's address (lower case) when a socket's login names all three parts, else null. */
  verifyTriple({ apiKey, secret, passphrase }: ApiCredentials): string | null {
    const key = this.issued.get(apiKey)
    if (key === undefined) return null
    return sameText(key.secret, secret) && sameText(key.passphrase, passphrase) ? key.address : null
  }

  private compute(address: string, nonce: string): IssuedKey {
    const draw = (what: string): Buffer =>
      createHash('sha256').update(`${this.seed}/api-key/${address.toLowerCase()}/${nonce}/${what}`).digest()
    const id = draw('id').toString('hex')
    return {
      apiKey: [id.slice(0, 8), id.slice(8, 12), `4${id.slice(13, 16)}`, `8${id.slice(17, 20)}`, id.slice(20, 32)].join(
        '-',
      ),
      secret: `${draw('secret').toString('base64url')}=`,
      passphrase: draw('passphrase').toString('hex'),
      address: address.toLowerCase(),
    }
  }
}

function credentialsOf({ apiKey, secret, passphrase }: IssuedKey): ApiCredentials {
  return { apiKey, secret, passphrase }
}

/** HMAC-SHA-256 in url-safe base64 with its padding. Source: polymarket.md §2.2. */
export function signL2(secret: string, message: string): string {
  const key = Buffer.from(secret.replaceAll('-', '+').replaceAll('_', '/'), 'base64')
  return createHmac('sha256', key).update(message).digest('base64').replaceAll('+', '-').replaceAll('/', '_')
}

function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}
