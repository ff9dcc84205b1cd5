import { installSdks, type OfficialSdks } from '../../../scripts/official-sdks.ts'
import { noted } from './calls.ts'
import type { ServedSandbox } from './program.ts'

type Call = (...args: readonly unknown[]) => Promise<unknown>

/** The methods of `ClobClient` that this suite calls. */
export type ClobCall =
  | 'areOrdersScoring'
  | 'calculateMarketPrice'
  | 'cancelAll'
  | 'cancelMarketOrders'
  | 'cancelOrder'
  | 'cancelOrders'
  | 'createAndPostMarketOrder'
  | 'createAndPostOrder'
  | 'createApiKey'
  | 'createExchangeV3OrderFromAmounts'
  | 'createMarketOrder'
  | 'createOrder'
  | 'createOrDeriveApiKey'
  | 'createReadonlyApiKey'
  | 'deleteApiKey'
  | 'deleteReadonlyApiKey'
  | 'deriveApiKey'
  | 'getApiKeys'
  | 'getBalanceAllowance'
  | 'getBuilderTrades'
  | 'getClobMarketInfo'
  | 'getClosedOnlyMode'
  | 'getCurrentRewards'
  | 'getEarningsForUserForDay'
  | 'getFeeExponent'
  | 'getFeeRateBps'
  | 'getLastTradePrice'
  | 'getLastTradesPrices'
  | 'getMarket'
  | 'getMarkets'
  | 'getMidpoint'
  | 'getMidpoints'
  | 'getNegRisk'
  | 'getOk'
  | 'getOpenOrders'
  | 'getOrder'
  | 'getOrderBook'
  | 'getOrderBookHash'
  | 'getOrderBooks'
  | 'getPreMigrationOrders'
  | 'getPrice'
  | 'getPrices'
  | 'getPricesHistory'
  | 'getRawRewardsForMarket'
  | 'getReadonlyApiKeys'
  | 'getRewardPercentages'
  | 'getSamplingMarkets'
  | 'getSamplingSimplifiedMarkets'
  | 'getServerTime'
  | 'getSimplifiedMarkets'
  | 'getSpread'
  | 'getSpreads'
  | 'getTickSize'
  | 'getTotalEarningsForUserForDay'
  | 'getTrades'
  | 'getTradesPaginated'
  | 'getUserEarningsAndMarketsConfig'
  | 'getVersion'
  | 'isOrderScoring'
  | 'postHeartbeat'
  | 'postOrder'
  | 'postOrders'
  | 'resolveTransactionsHashes'
  | 'updateBalanceAllowance'
  | 'waitForResolvedTrades'

export type Clob = Readonly<Record<ClobCall, Call>>

export interface ApiCredentials {
  readonly key: string
  readonly secret: string
  readonly passphrase: string
}

interface PolymarketModule {
  readonly ClobClient: new (options: Readonly<Record<string, unknown>>) => Clob
}

interface WalletModule {
  readonly Wallet: new (privateKey: string) => object
}

interface ViemModule {
  createWalletClient(options: Readonly<Record<string, unknown>>): object
  custom(provider: object): object
}

interface ViemAccountsModule {
  privateKeyToAccount(privateKey: string): object
}

export interface ClobOptions {
  readonly creds?: ApiCredentials
  readonly signatureType?: 0 | 1 | 2 | 3
  readonly funderAddress?: string
  readonly throwOnError?: boolean
  readonly useServerTime?: boolean
  readonly retryOnError?: boolean
  /** Polygon unless told otherwise. */
  readonly chain?: number
  /** The sandbox's own key unless told otherwise. */
  readonly privateKey?: string
  /** Which of the two kinds of signer that the SDK takes. */
  readonly signer?: 'ethers' | 'viem' | 'none'
}

const POLYGON = 137

/** The SDK as a program uses it: host, chain, signer, and what else it asks for. */
export async function clobClient(sandbox: ServedSandbox, options: ClobOptions = {}): Promise<Clob> {
  const sdks = await installSdks()
  const sdk: PolymarketModule = sdks.require('@polymarket/clob-client-v2')
  const { privateKey = sandbox.ready.polymarket.privateKey, signer = 'ethers', ...rest } = options
  const made = signer === 'none' ? {} : { signer: makeSigner(sdks, privateKey, signer) }
  return noted(
    'ClobClient',
    new sdk.ClobClient({ host: sandbox.ready.polymarket.clob, chain: POLYGON, ...made, ...rest }),
  )
}

function makeSigner(sdks: OfficialSdks, privateKey: string, kind: 'ethers' | 'viem'): object {
  if (kind === 'ethers') {
    const { Wallet }: WalletModule = sdks.require('@ethersproject/wallet')
    return new Wallet(privateKey)
  }
  const { createWalletClient, custom }: ViemModule = sdks.require('viem')
  const { privateKeyToAccount }: ViemAccountsModule = sdks.require('viem/accounts')
  // A local account signs by itself: nothing is ever asked of a node.
  const transport = custom({ request: () => Promise.reject(new Error('there is no node')) })
  return createWalletClient({ account: privateKeyToAccount(privateKey), transport })
}

/** A client that is logged in with the key of its wallet, made or derived as the SDK does it. */
export async function loggedIn(sandbox: ServedSandbox, options: ClobOptions = {}): Promise<Clob> {
  const creds = readCredentials(await (await clobClient(sandbox, options)).createOrDeriveApiKey())
  return clobClient(sandbox, { ...options, creds })
}

export function readCredentials(value: unknown): ApiCredentials {
  if (typeof value === 'object' && value !== null && 'key' in value && 'secret' in value && 'passphrase' in value) {
    const { key, secret, passphrase } = value
    if (typeof key === 'string' && typeof secret === 'string' && typeof passphrase === 'string') {
      return { key, secret, passphrase }
    }
  }
  throw new Error(`no credentials: ${JSON.stringify(value)}`)
}
