import { ToolkitError } from '../../domain/errors.ts'
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
