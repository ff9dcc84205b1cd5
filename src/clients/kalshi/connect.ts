import { ToolkitError } from '../../domain/errors.ts'
import { freshSeed, seededRandom } from '../../runtime/random.ts'
import { PROVE_EVERY_MS } from '../streams/socket.ts'
import { type AccountSource, type ClientOptions, requireUrl, type VenueModule } from '../venue-module.ts'
import { type KalshiAccount, loadKalshiAccount, replayKalshiAccount } from './auth.ts'
import { createKalshiClient, type KalshiClientOptions, openKalshiApi } from './client.ts'
import { kalshiSettings } from './settings.ts'

/** Kalshi as a venue module. */
export const kalshi: VenueModule = {
  connect: async (options) =>
    createKalshiClient({ ...restOptions(options), account: await accountFrom(options.account) }),
  stream: async (options) => {
    const { clock, sink, followAccount, followTrades, followQuotes, silenceLimitMs, openStream } = options
    const { KalshiStream } = await import('./stream.ts')
    const random = options.random ?? seededRandom(freshSeed())
    const account = await accountFrom(options.account)
    return new KalshiStream({
      url: requireUrl(kalshiSettings, options.urls, 'ws'),
      api: openKalshiApi({ ...restOptions(options), random, account }),
      account,
      clock,
      random,
      sink,
      followAccount,
      followTrades,
      followQuotes,
      proveEveryMs: options.proveEveryMs ?? PROVE_EVERY_MS,
      ...(silenceLimitMs === undefined ? {} : { silenceLimitMs }),
      ...(openStream === undefined ? {} : { openTape: openStream }),
    })
  },
  readTape: async (options) => {
    const { KalshiTape } = await import('./tape-reader.ts')
    return new KalshiTape(options)
  },
  // Requests carry nothing of the account but signatures, which replays do not compare.
  identify: () => Promise.resolve({}),
}

function restOptions(options: ClientOptions): Omit<KalshiClientOptions, 'account'> {
  const { clock, timeoutMs, userAgent, rates, random, onAvailability, attachTape } = options
  const baseUrl = requireUrl(kalshiSettings, options.urls, 'rest')
  return {
    clock,
    timeoutMs,
    userAgent,
    baseUrl,
    ...(rates === undefined ? {} : { rates }),
    ...(random === undefined ? {} : { random }),
    ...(onAvailability === undefined ? {} : { onAvailability }),
    ...(attachTape === undefined
      ? {}
      : { attachTape: (instance) => attachTape(instance, { venue: 'kalshi', service: 'rest', baseUrl }) }),
  }
}

export async function accountFrom(source: AccountSource): Promise<KalshiAccount | null> {
  if (source.kind === 'none') return null
  if (source.kind === 'replay') return replayKalshiAccount()
  const { apiKeyId, privateKeyPath } = source.values
  if (apiKeyId === undefined && privateKeyPath === undefined) return null
  if (apiKeyId === undefined || privateKeyPath === undefined) {
    const [missing, set] =
      apiKeyId === undefined
        ? ['KALSHI_API_KEY_ID', 'KALSHI_PRIVATE_KEY_PATH']
        : ['KALSHI_PRIVATE_KEY_PATH', 'KALSHI_API_KEY_ID']
    throw new ToolkitError({
      code: 'KALSHI_CREDENTIALS_INCOMPLETE',
      category: 'usage',
      message: `${set} is set, but ${missing} is not. Nothing was sent.`,
      suggestions: [`Set ${missing} too, or neither of the two for public data only.`],
    })
  }
  return loadKalshiAccount(
    { keyId: apiKeyId, privateKeyPath },
    {
      ...(source.sharedKeyFiles === undefined ? {} : { sharedKeyFiles: source.sharedKeyFiles }),
      ...(source.onWarning === undefined ? {} : { onWarning: source.onWarning }),
    },
  )
}
