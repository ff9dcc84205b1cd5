import { constants, createPrivateKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { ToolkitError } from '../../domain/errors.ts'
import { readKeyFile, type SharedKeyFiles } from '../key-file.ts'

/** A key that can sign for one Kalshi account. The key itself stays inside the closure: nothing can print it. */
export interface KalshiAccount {
  readonly keyId: string
  /** What kind of key it is, for people. */
  readonly algorithm: 'RSA' | 'Ed25519'
  /** Standard base64 signature over the UTF-8 bytes of the message. */
  sign(message: string): string
}

export type KalshiKeySource =
  | { readonly keyId: string; readonly privateKeyPem: string }
  | { readonly keyId: string; readonly privateKeyPath: string }

export interface LoadOptions {
  /** Told what is not wrong but should be mended, e.g. a key file that others can read. */
  readonly onWarning?: (warning: string) => void
  /** `refuse` when absent. */
  readonly sharedKeyFiles?: SharedKeyFiles
}

/**
 * Reads an account's key: RSA in PKCS#1 or PKCS#8, or Ed25519 in PKCS#8, told apart by the parsed key and not by the
 * file's header. Source of the formats: Kalshi's page on API keys, read 2026-10.
 * @throws ToolkitError of category `usage` that names the setting or the file and says what to do; never the key.
 */
export async function loadKalshiAccount(source: KalshiKeySource, options: LoadOptions = {}): Promise<KalshiAccount> {
  const keyId = source.keyId.trim()
  if (!/^[\x21-\x7e]{1,128}$/.test(keyId)) {
    throw keyProblem('KALSHI_KEY_ID', 'The Kalshi API key id is empty or holds blanks.', [
      'Set KALSHI_API_KEY_ID to the id that Kalshi shows beside the key.',
    ])
  }
  if ('privateKeyPem' in source) return accountOf(keyId, parseKey(source.privateKeyPem, 'The Kalshi private key'))
  const pem = await readPem(source.privateKeyPath, options)
  return accountOf(keyId, parseKey(pem, `The Kalshi key file ${source.privateKeyPath}`))
}

/** Signs with a key made on the spot. A tape is matched without its signatures, so replays need no credentials. */
export function replayKalshiAccount(): KalshiAccount {
  return accountOf('00000000-0000-4000-8000-000000000000', generateKeyPairSync('ed25519').privateKey)
}

/** The error of a private call that has no key to sign with. */
export function missingAccount(endpoint: string): ToolkitError {
  return new ToolkitError({
    code: 'KALSHI_CREDENTIALS_MISSING',
    category: 'usage',
    message: `Kalshi's ${endpoint} needs an API key and none is set. Nothing was sent.`,
    suggestions: ['Set KALSHI_API_KEY_ID and KALSHI_PRIVATE_KEY_PATH, or use --env sandbox.'],
  })
}

/**
 * The three headers of a signed request. Signed are the time in milliseconds, the method and the full path without its
 * query; neither host nor body. Source: Kalshi's authentication page, read 2026-10.
 */
export function authHeaders(
  account: KalshiAccount,
  attempt: { readonly timestampMs: number; readonly method: string; readonly path: string },
): Readonly<Record<string, string>> {
  const timestamp = String(Math.trunc(attempt.timestampMs))
  const path = attempt.path.replace(/[?#].*$/s, '')
  return {
    'KALSHI-ACCESS-KEY': account.keyId,
    'KALSHI-ACCESS-TIMESTAMP': timestamp,
    'KALSHI-ACCESS-SIGNATURE': account.sign(`${timestamp}${attempt.method.toUpperCase()}${path}`),
  }
}

function accountOf(keyId: string, key: KeyObject): KalshiAccount {
  const signer =
    key.asymmetricKeyType === 'rsa'
      ? (bytes: Buffer) => sign('sha256', bytes, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 })
      : (bytes: Buffer) => sign(null, bytes, key)
  return {
    keyId,
    algorithm: key.asymmetricKeyType === 'rsa' ? 'RSA' : 'Ed25519',
    sign: (message) => signer(Buffer.from(message, 'utf8')).toString('base64'),
  }
}

async function readPem(path: string, { sharedKeyFiles = 'refuse', onWarning }: LoadOptions): Promise<string> {
  try {
    return await readKeyFile({ path, what: 'Kalshi key file', shared: sharedKeyFiles, onWarning })
  } catch (error) {
    if (error instanceof ToolkitError) throw error
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason'
    throw keyProblem('KALSHI_KEY_FILE', `The Kalshi key file ${path} ${inWords(reason)}.`, [
      'Point KALSHI_PRIVATE_KEY_PATH at the file that Kalshi gave you when the key was made.',
    ])
  }
}

function inWords(reason: string): string {
  switch (reason) {
    case 'ENOENT':
      return 'does not exist'
    case 'EACCES':
    case 'EPERM':
      return 'may not be read by this user'
    case 'EISDIR':
      return 'is a folder'
    default:
      return `cannot be read (${reason})`
  }
}

function parseKey(pem: string, what: string): KeyObject {
  const key = readKey(pem, what)
  if (key.asymmetricKeyType === 'rsa' || key.asymmetricKeyType === 'ed25519') return key
  throw keyProblem(
    'KALSHI_KEY_TYPE',
    `${what} is a key of type ${key.asymmetricKeyType}; Kalshi takes RSA and Ed25519.`,
    ['Make a new API key in your Kalshi account and use the file it gives you.'],
  )
}

function readKey(pem: string, what: string): KeyObject {
  try {
    // Values from environment files often carry the line ends as \n in writing.
    return createPrivateKey({ key: pem.replaceAll('\\n', '\n').trim(), format: 'pem' })
  } catch (error) {
    // The reason only: openssl's messages do not repeat the key, but nothing else of the error is needed.
    const locked = error instanceof Error && /passphrase|interrupted or cancelled/i.test(error.message)
    throw keyProblem(
      'KALSHI_KEY_UNREADABLE',
      locked
        ? `${what} is protected by a passphrase, which is not supported.`
        : `${what} holds no private key in PEM form.`,
      locked
        ? ['Write an unprotected copy with: openssl pkey -in protected.pem -out kalshi.pem']
        : ['Use the file that Kalshi gave you when the API key was made, unchanged.'],
    )
  }
}

function keyProblem(code: string, message: string, suggestions: readonly string[]): ToolkitError {
  return new ToolkitError({ code, category: 'usage', message, suggestions })
}
