import { ToolkitError } from '../../domain/errors.ts'
import { freshSeed, seededRandom } from '../../runtime/random.ts'
import { PROVE_EVERY_MS } from '../stream-socket.ts'
import { type AccountSource, requireUrl, type VenueModule } from '../venue-module.ts'
import { type KalshiAccount, loadKalshiAccount, replayKalshiAccount } from './auth.ts'
import { createKalshiClient } from './client.ts'
import { kalshiSettings } from './settings.ts'

/** Kalshi as a venue module. */
export const kalshi: VenueModule = {
  connect: async ({ urls, account, attachTape, onSecrets: _none, ...options }) => {
    const baseUrl = requireUrl(kalshiSettings, urls, 'rest')
    return createKalshiClient({
      ...options,
      baseUrl,
      account: await accountFrom(account),
      ...(attachTape === undefined
        ? {}
        : { attachTape: (instance) => attachTape(instance, { venue: 'kalshi', service: 'rest', baseUrl }) }),
    })
  },
  stream: async (options) => {
    const { clock, random, sink, followAccount, followTrades, silenceLimitMs, openStream } = options
    const { KalshiStream } = await import('./stream.ts')
    return new KalshiStream({
      url: requireUrl(kalshiSettings, options.urls, 'ws'),
      account: await accountFrom(options.account),
      clock,
      random: random ?? seededRandom(freshSeed()),
      sink,
      followAccount,
      followTrades,
      proveEveryMs: options.proveEveryMs ?? PROVE_EVERY_MS,
      ...(silenceLimitMs === undefined ? {} : { silenceLimitMs }),
      ...(openStream === undefined ? {} : { openTape: openStream }),
    })
  },
  // Requests carry nothing of the account but signatures, which replays do not compare.
  identify: () => Promise.resolve({}),
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
