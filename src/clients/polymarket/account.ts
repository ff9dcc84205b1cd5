import { ToolkitError } from '../../domain/errors.ts'
import { readKeyFile, type SharedKeyFiles } from '../key-file.ts'
import type { ApiCredentials } from './auth-l2.ts'
import { POLYGON } from './contracts.ts'
import { type Evm, type EvmKey, loadEvm } from './evm.ts'
import type { SignTypedData } from './order-signature.ts'
import { type SignatureType, signatureTypes } from './typed-data.ts'
import { signatureTypeOf, walletsOf } from './wallets.ts'

/** Whose orders are signed, and how. */
export interface PolymarketAccount {
  /** The signing EOA in checksum case. Owns the API key whatever the maker is. */
  readonly address: string
  /** The wallet that holds the money: the order's maker. */
  readonly funder: string
  readonly signatureType: SignatureType
  readonly chainId: number
  readonly signTypedData: SignTypedData
  /** Null: the client derives them with a wallet signature when it first needs them, and keeps them in memory only. */
  readonly credentials: ApiCredentials | null
}

export interface AccountSettings {
  readonly privateKey?: string
  readonly privateKeyPath?: string
  readonly funder?: string
  readonly signatureType?: string
  readonly credentials?: ApiCredentials
  readonly onWarning?: (message: string) => void
  /** `refuse` when absent. */
  readonly sharedKeyFiles?: SharedKeyFiles
}

/**
 * Reads the key and works out which wallet it trades for. Without a funder the EOA itself is the maker (type 0), or the
 * wallet that the signature type implies. A funder that the key does not own in the way the type says is refused here:
 * the venue would refuse every order.
 * @throws ToolkitError of category `usage` that names the setting, never the key.
 */
export async function loadPolymarketAccount(settings: AccountSettings): Promise<PolymarketAccount> {
  const source = keySource(settings)
  const text = source.kind === 'text' ? source.text : await readKey(source.path, settings)
  const evm = await loadEvm()
  const key = parseKey(evm, text, source.setting)
  const wallet = chooseWallet(evm, key.address, settings)
  return {
    address: key.address,
    ...wallet,
    chainId: POLYGON,
    signTypedData: async (domain, types, value) => key.signDigest(evm.typedDataDigest(domain, types, value)),
    credentials: settings.credentials ?? null,
  }
}

/**
 * An account for replays: the recorded addresses, so that order ids come out the same, and a signature and key that no
 * venue accepts.
 */
export function replayPolymarketAccount(identity: {
  readonly address: string
  readonly funder: string
  readonly signatureType: SignatureType
}): PolymarketAccount {
  return {
    ...identity,
    chainId: POLYGON,
    signTypedData: () => Promise.resolve(`0x${'00'.repeat(65)}`),
    credentials: {
      apiKey: '00000000-0000-0000-0000-000000000000',
      secret: Buffer.alloc(32).toString('base64'),
      passphrase: '0'.repeat(64),
    },
  }
}

function usage(code: string, message: string, suggestions: readonly string[]): ToolkitError {
  return new ToolkitError({ code, message: `${message} Nothing was sent.`, category: 'usage', suggestions })
}

type KeySource =
  | { readonly kind: 'text'; readonly text: string; readonly setting: string }
  | { readonly kind: 'file'; readonly path: string; readonly setting: string }

function keySource(settings: AccountSettings): KeySource {
  const { privateKey, privateKeyPath } = settings
  if (privateKeyPath !== undefined && privateKeyPath !== '') {
    return { kind: 'file', path: privateKeyPath, setting: `the key file ${privateKeyPath}` }
  }
  if (privateKey !== undefined && privateKey !== '') {
    return { kind: 'text', text: privateKey, setting: 'POLYMARKET_PRIVATE_KEY' }
  }
  throw missingAccount()
}

/** For private calls without an account. */
export function missingAccount(): ToolkitError {
  return usage('POLYMARKET_NO_ACCOUNT', 'This needs a Polymarket account, and none is configured.', [
    'Set POLYMARKET_PRIVATE_KEY_PATH to a file with the private key of the signing wallet (or POLYMARKET_PRIVATE_KEY).',
  ])
}

async function readKey(path: string, { sharedKeyFiles = 'refuse', onWarning }: AccountSettings): Promise<string> {
  try {
    return await readKeyFile({ path, what: 'Polymarket key file', shared: sharedKeyFiles, onWarning })
  } catch (error) {
    if (error instanceof ToolkitError) throw error
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason'
    throw usage('POLYMARKET_KEY_UNREADABLE', `The Polymarket key file ${path} cannot be read (${reason}).`, [
      'Correct POLYMARKET_PRIVATE_KEY_PATH, or make the file readable to you.',
    ])
  }
}

function parseKey(evm: Evm, text: string, setting: string): EvmKey {
  const hex = text.trim().replace(/^0x/i, '')
  const wrong = (): ToolkitError =>
    usage('POLYMARKET_KEY_INVALID', `${setting} does not hold a private key.`, [
      'It must hold 64 hexadecimal digits, with or without 0x, and nothing else.',
    ])
  if (!/^[0-9a-f]{64}$/i.test(hex)) throw wrong()
  try {
    return evm.keyPair(`0x${hex}`)
  } catch {
    // 0 and numbers beyond the curve's order. The original error may print the key, so it is not kept as the cause.
    throw wrong()
  }
}

interface ChosenWallet {
  readonly funder: string
  readonly signatureType: SignatureType
}

/** Deriving wallets takes many hashes, which a plain key does without. */
function ownWallet(evm: Evm, owner: string, signatureType: SignatureType): ChosenWallet {
  if (signatureType === 0) return { funder: owner, signatureType }
  const { proxy, safe, deposit } = walletsOf(evm, owner)
  return { funder: { 1: proxy, 2: safe, 3: deposit }[signatureType], signatureType }
}

function chooseWallet(evm: Evm, owner: string, settings: AccountSettings): ChosenWallet {
  const wanted = parseSignatureType(settings.signatureType)
  if (settings.funder === undefined || settings.funder === '') return ownWallet(evm, owner, wanted ?? 0)
  const funder = parseAddress(evm, settings.funder)
  if (funder === owner && (wanted ?? 0) === 0) return { funder, signatureType: 0 }
  const wallets = walletsOf(evm, owner)
  const kind = signatureTypeOf(funder, owner, wallets)
  if (kind !== null && (wanted === null || wanted === kind)) return { funder, signatureType: kind }
  // Deposit wallets come from a factory that may learn new kinds: a person who names one is believed.
  if (kind === null && wanted === 3) return { funder, signatureType: 3 }
  throw usage(
    'POLYMARKET_WALLET_MISMATCH',
    kind === null
      ? `POLYMARKET_FUNDER ${funder} is not a known wallet of the signing key ${owner}.`
      : `POLYMARKET_FUNDER ${funder} signs as type ${kind}, but POLYMARKET_SIGNATURE_TYPE is ${String(wanted)}.`,
    [
      `This key's wallets are: EOA ${owner} (0), proxy ${wallets.proxy} (1), Safe ${wallets.safe} (2), deposit ${wallets.deposit} (3).`,
      'Correct POLYMARKET_FUNDER or POLYMARKET_SIGNATURE_TYPE.',
    ],
  )
}

/** Reads 0 to 3. Null when nothing is set. */
export function parseSignatureType(text: string | undefined): SignatureType | null {
  if (text === undefined || text === '') return null
  const type = signatureTypes.find((known) => String(known) === text.trim())
  if (type === undefined) {
    throw usage(
      'POLYMARKET_SIGNATURE_TYPE_INVALID',
      `POLYMARKET_SIGNATURE_TYPE is ${JSON.stringify(text.slice(0, 20))}.`,
      ['Use 0 (EOA), 1 (proxy wallet), 2 (Safe) or 3 (deposit wallet, the default for accounts made since May 2026).'],
    )
  }
  return type
}

function parseAddress(evm: Evm, text: string): string {
  try {
    return evm.checksum(text.trim())
  } catch (error) {
    throw new ToolkitError({
      code: 'POLYMARKET_FUNDER_INVALID',
      message: `POLYMARKET_FUNDER ${JSON.stringify(text.slice(0, 60))} is not an address. Nothing was sent.`,
      category: 'usage',
      suggestions: ['Copy the wallet address from your Polymarket profile: 0x and 40 hexadecimal digits.'],
      cause: error,
    })
  }
}
