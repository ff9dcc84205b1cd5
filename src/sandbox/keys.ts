import {
  createHash,
  createPublicKey,
  generateKeyPair,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { ToolkitError } from '../domain/errors.ts'

/** A key of the sandbox's Kalshi account. Nothing of value hangs on it. */
export interface KalshiKey {
  readonly apiKeyId: string
  readonly publicKey: KeyObject
  readonly privateKeyPem: string
  /** Null when nothing is kept on disk. */
  readonly privateKeyPath: string | null
}

export interface PolymarketKey {
  /** 0x and 64 hex digits. */
  readonly privateKey: string
  /** Checksummed. */
  readonly address: string
}

const generateRsa = promisify(generateKeyPair)

/** Keys live in this folder, readable by their owner only; null keeps them in memory. */
export class KeyRing {
  constructor(private readonly folder: string | null) {
    if (folder !== null) mkdirSync(folder, { recursive: true, mode: 0o700 })
  }

  /** Ed25519: made in well under a millisecond, so it is what the embedded sandbox uses. */
  ed25519(): KalshiKey {
    return this.kept('kalshi-ed25519.pem') ?? this.keep('kalshi-ed25519.pem', freshEd25519())
  }

  /** RSA-2048 in the format that Kalshi hands out: the venue's official SDKs sign with nothing else. Slow to make. */
  async rsa(): Promise<KalshiKey> {
    return this.kept('kalshi-rsa.pem') ?? this.keep('kalshi-rsa.pem', await freshRsa())
  }

  /** The RSA key if `rsa` made one before. */
  existingRsa(): KalshiKey | null {
    return this.kept('kalshi-rsa.pem')
  }

  /** Deriving the address takes ethers, which is slow to load: it happens once and is kept beside the key. */
  async polymarket(): Promise<PolymarketKey> {
    const [privateKey, address] = [this.read('polymarket.key'), this.read('polymarket.address')]
    if (privateKey !== null && address !== null && isPolymarketKey(privateKey.trim(), address.trim()))
      return { privateKey: privateKey.trim(), address: address.trim() }
    const { computeAddress } = await import('ethers')
    const made = privateKey?.trim() ?? `0x${randomBytes(32).toString('hex')}`
    const key = { privateKey: made, address: this.usable('polymarket.key', () => computeAddress(made)) }
    this.write('polymarket.key', `${key.privateKey}\n`)
    this.write('polymarket.address', `${key.address}\n`)
    return key
  }

  private kept(name: string): KalshiKey | null {
    const pem = this.read(name)
    return pem === null ? null : this.toKey(name, pem)
  }

  private keep(name: string, pem: string): KalshiKey {
    this.write(name, pem)
    return this.toKey(name, pem)
  }

  private toKey(name: string, privateKeyPem: string): KalshiKey {
    const publicKey = this.usable(name, () => createPublicKey(privateKeyPem))
    const privateKeyPath = this.folder === null ? null : join(this.folder, name)
    return { apiKeyId: idOf(publicKey), publicKey, privateKeyPem, privateKeyPath }
  }

  private read(name: string): string | null {
    if (this.folder === null) return null
    const path = join(this.folder, name)
    return existsSync(path) ? this.usable(name, () => readFileSync(path, 'utf8')) : null
  }

  /** @throws ToolkitError SANDBOX_KEY_UNUSABLE, which never says what is in the file. */
  private usable<T>(name: string, read: () => T): T {
    try {
      return read()
    } catch {
      const path = join(this.folder ?? '', name)
      throw new ToolkitError({
        code: 'SANDBOX_KEY_UNUSABLE',
        category: 'usage',
        message: `The sandbox's key file ${path} cannot be read or holds no key. Nothing was sent.`,
        facts: { path },
        suggestions: [`Remove ${path}: the sandbox makes another, and nothing of value hangs on it.`],
      })
    }
  }

  private write(name: string, text: string): void {
    if (this.folder !== null) writeFileSync(join(this.folder, name), text, { mode: 0o600 })
  }
}

function isPolymarketKey(privateKey: string, address: string): boolean {
  return /^0x[0-9a-f]{64}$/i.test(privateKey) && /^0x[0-9a-f]{40}$/i.test(address)
}

function freshEd25519(): string {
  return generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
}

async function freshRsa(): Promise<string> {
  const { privateKey } = await generateRsa('rsa', { modulusLength: 2048 })
  return privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()
}

/** The key's id is drawn from the key itself, so that it needs no file of its own. */
function idOf(publicKey: KeyObject): string {
  const digest = createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest()
  digest[6] = ((digest[6] ?? 0) & 0x0f) | 0x40
  digest[8] = ((digest[8] ?? 0) & 0x3f) | 0x80
  const hex = digest.toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-')
}
