import { ToolkitError } from '../../domain/errors.ts'
import type { VenueStream } from '../../domain/venue-stream.ts'
import { freshSeed, seededRandom } from '../../runtime/random.ts'
import { PROVE_EVERY_MS } from '../streams/socket.ts'
import {
  type AccountIdentity,
  type AccountSource,
  type CredentialValues,
  requireUrl,
  type StreamOptions,
  type VenueModule,
} from '../venue-module.ts'
import {
  loadPolymarketAccount,
  type PolymarketAccount,
  parseSignatureType,
  replayPolymarketAccount,
} from './account.ts'
import type { ApiCredentials } from './auth-l2.ts'
import { createPolymarketClient } from './client.ts'
import { openClob } from './services.ts'
import { polymarketSettings } from './settings.ts'

/** Polymarket as a venue module. The key is read when something is first signed: market data needs none. */
export const polymarket: VenueModule = {
  connect: async ({ urls, account, ...options }) =>
    createPolymarketClient({
      ...options,
      urls: {
        clob: requireUrl(polymarketSettings, urls, 'clob'),
        gamma: requireUrl(polymarketSettings, urls, 'gamma'),
        data: requireUrl(polymarketSettings, urls, 'data'),
      },
      account: () => accountFrom(account),
    }),
  stream: openPolymarketStream,
  readTape: async (options) => {
    const { PolymarketTape } = await import('./tape-reader.ts')
    return new PolymarketTape(options)
  },
  orderIdsOf: async (body) => (await import('./wire-order-ids.ts')).wireOrderIds(body),
  identify: async (values): Promise<AccountIdentity> => {
    // For its public addresses; whether the key may be used is decided when it is.
    const account = await accountFrom({ kind: 'credentials', values, sharedKeyFiles: 'warn' })
    if (account === null) return {}
    return {
      address: account.address,
      funder: account.funder,
      signatureType: String(account.signatureType),
    }
  },
}

/** Books are read from REST too, where the feed does not prove them: through a connection of the stream's own. */
async function openPolymarketStream(options: StreamOptions): Promise<VenueStream> {
  const { clock, sink, account, onSecrets, silenceLimitMs, openStream } = options
  const { PolymarketStream } = await import('./stream.ts')
  const random = options.random ?? seededRandom(freshSeed())
  const clob = openClob(
    { ...options, random, account: () => accountFrom(account) },
    requireUrl(polymarketSettings, options.urls, 'clob'),
  )
  const login = async (): Promise<{ keys: ApiCredentials; funder: string }> => {
    const [keys, { funder }] = await Promise.all([clob.getCredentials(), clob.getAccount()])
    // They go over the socket in a message, so a tape must know them.
    onSecrets?.([keys.apiKey, keys.secret, keys.passphrase])
    return { keys, funder }
  }
  return new PolymarketStream({
    url: requireUrl(polymarketSettings, options.urls, 'ws'),
    clob,
    clock,
    random,
    sink,
    credentials: options.followAccount ? login : null,
    proveEveryMs: options.proveEveryMs ?? PROVE_EVERY_MS,
    ...(silenceLimitMs === undefined ? {} : { silenceLimitMs }),
    ...(openStream === undefined ? {} : { openTape: openStream }),
  })
}

export async function accountFrom(source: AccountSource): Promise<PolymarketAccount | null> {
  if (source.kind === 'none') return null
  if (source.kind === 'replay') return replayedAccount(source.identity)
  const { privateKey, privateKeyPath, funder, signatureType } = source.values
  if (privateKey === undefined && privateKeyPath === undefined) return null
  const credentials = apiCredentials(source.values)
  return loadPolymarketAccount({
    ...(privateKey === undefined ? {} : { privateKey }),
    ...(privateKeyPath === undefined ? {} : { privateKeyPath }),
    ...(funder === undefined ? {} : { funder }),
    ...(signatureType === undefined ? {} : { signatureType }),
    ...(credentials === null ? {} : { credentials }),
    ...(source.sharedKeyFiles === undefined ? {} : { sharedKeyFiles: source.sharedKeyFiles }),
    ...(source.onWarning === undefined ? {} : { onWarning: source.onWarning }),
  })
}

/** A recording made without an account holds no private calls, so none is needed. */
function replayedAccount(identity: AccountIdentity): PolymarketAccount | null {
  const { address, funder } = identity
  const signatureType = parseSignatureType(identity.signatureType)
  if (address === undefined || funder === undefined || signatureType === null) return null
  return replayPolymarketAccount({ address, funder, signatureType })
}

/** All three or none: a key without its secret signs nothing. Null: derived from the wallet when needed. */
function apiCredentials(values: CredentialValues): ApiCredentials | null {
  const { apiKey, apiSecret, apiPassphrase } = values
  if (apiKey !== undefined && apiSecret !== undefined && apiPassphrase !== undefined) {
    return { apiKey, secret: apiSecret, passphrase: apiPassphrase }
  }
  if (apiKey === undefined && apiSecret === undefined && apiPassphrase === undefined) return null
  const missing = polymarketSettings.credentials
    .filter(({ name }) => ['apiKey', 'apiSecret', 'apiPassphrase'].includes(name) && values[name] === undefined)
    .map(({ env }) => env)
  throw new ToolkitError({
    code: 'POLYMARKET_CREDENTIALS_INCOMPLETE',
    category: 'usage',
    message: `The Polymarket API key is incomplete: ${missing.join(' and ')} not set. Nothing was sent.`,
    suggestions: ['Set all three of key, secret and passphrase, or none: then they are derived from the wallet.'],
  })
}
