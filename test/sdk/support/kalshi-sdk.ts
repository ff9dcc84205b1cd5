import { setTimeout as sleep } from 'node:timers/promises'
import { installSdks } from '../../../scripts/official-sdks.ts'
import { noted } from './calls.ts'
import type { ServedSandbox } from './program.ts'

/** What `kalshi-typescript` answers with: an axios response, of which these two are looked at. */
export interface Answer {
  readonly status: number
  readonly data: unknown
}

type Call = (...args: readonly unknown[]) => Promise<Answer>
type Calls<Name extends string> = Readonly<Record<Name, Call>>

type IncentiveProgramsCall = 'getIncentivePrograms'
type MilestoneCall = 'getMilestone' | 'getMilestones'
type MultivariateCall = 'getMultivariateEventCollection' | 'getMultivariateEventCollections'
type SearchCall = 'getFiltersForSports' | 'getTagsForSeriesCategories'
type StructuredTargetsCall = 'getStructuredTarget' | 'getStructuredTargets'
type AccountCall =
  | 'getAccountApiLimits'
  | 'getAccountApiUsageLevelVolumeProgress'
  | 'getAccountEndpointCosts'
  | 'upgradeAccountApiUsageLevel'
type ApiKeysCall = 'createApiKey' | 'deleteApiKey' | 'generateApiKey' | 'getApiKeys'
type EventsCall =
  | 'getEvent'
  | 'getEventFeeChanges'
  | 'getEventForecastPercentilesHistory'
  | 'getEventMetadata'
  | 'getEvents'
  | 'getMarketCandlesticksByEvent'
  | 'getMultivariateEvents'
type ExchangeCall = 'getExchangeSchedule' | 'getExchangeStatus' | 'getSeriesFeeChanges' | 'getUserDataTimestamp'
type HistoricalCall =
  | 'getFillsHistorical'
  | 'getHistoricalCutoff'
  | 'getHistoricalMarket'
  | 'getHistoricalMarkets'
  | 'getHistoricalOrders'
  | 'getHistoricalPositions'
  | 'getMarketCandlesticksHistorical'
  | 'getTradesHistorical'
type MarketCall =
  | 'batchGetMarketCandlesticks'
  | 'getMarket'
  | 'getMarketCandlesticks'
  | 'getMarketOrderbook'
  | 'getMarketOrderbooks'
  | 'getMarkets'
  | 'getSeries'
  | 'getSeriesList'
  | 'getTrades'
type OrderGroupsCall =
  | 'createOrderGroup'
  | 'deleteOrderGroup'
  | 'getOrderGroup'
  | 'getOrderGroups'
  | 'resetOrderGroup'
  | 'triggerOrderGroup'
  | 'updateOrderGroupLimit'
type OrdersCall =
  | 'amendOrderV2'
  | 'batchCancelOrdersV2'
  | 'batchCreateOrdersV2'
  | 'cancelAllOrders'
  | 'cancelOrderV2'
  | 'createOrderV2'
  | 'decreaseOrderV2'
  | 'getOrder'
  | 'getOrderQueuePosition'
  | 'getOrderQueuePositions'
  | 'getOrders'
type PortfolioCall =
  | 'getBalance'
  | 'getDeposits'
  | 'getFills'
  | 'getIntraExchangeInstanceTransfer'
  | 'getIntraExchangeInstanceTransfers'
  | 'getPortfolioRestingOrderTotalValue'
  | 'getPositions'
  | 'getSettlements'
  | 'getSubaccountBalances'
  | 'getSubaccountNetting'
  | 'getSubaccountTransfers'
  | 'getTargetBalanceAllocation'
  | 'getWithdrawals'
  | 'intraExchangeInstanceTransfer'

/** The groups of calls that this suite makes, by the name of the SDK's class. */
export interface KalshiApis {
  readonly AccountApi: Calls<AccountCall>
  readonly ApiKeysApi: Calls<ApiKeysCall>
  readonly EventsApi: Calls<EventsCall>
  readonly ExchangeApi: Calls<ExchangeCall>
  readonly HistoricalApi: Calls<HistoricalCall>
  readonly IncentiveProgramsApi: Calls<IncentiveProgramsCall>
  readonly MarketApi: Calls<MarketCall>
  readonly MilestoneApi: Calls<MilestoneCall>
  readonly MultivariateApi: Calls<MultivariateCall>
  readonly OrderGroupsApi: Calls<OrderGroupsCall>
  readonly OrdersApi: Calls<OrdersCall>
  readonly PortfolioApi: Calls<PortfolioCall>
  readonly SearchApi: Calls<SearchCall>
  readonly StructuredTargetsApi: Calls<StructuredTargetsCall>
}

export interface KalshiSdk extends KalshiApis {
  /** Any call with the SDK's login, for what the SDK itself has no method for any more. */
  raw(method: string, path: string, data?: unknown): Promise<Answer>
}

type ApiClass<Api> = new (configuration: object, basePath: string, axios: object) => Api

type KalshiModule = { readonly [Name in keyof KalshiApis]: ApiClass<KalshiApis[Name]> } & {
  readonly Configuration: new (options: Readonly<Record<string, unknown>>) => object
}

export interface KalshiLogin {
  readonly apiKey: string
  readonly privateKeyPath?: string
  readonly privateKeyPem?: string
}

interface AxiosInstance {
  request(call: Readonly<Record<string, unknown>>): Promise<Answer>
  readonly interceptors: { readonly request: { use(before: (config: object) => Promise<object>): void } }
}

/** Calls a second that the account's bucket refills for, at the usual cost of ten tokens (`GET /account/limits`). */
const CALL_SPACING_MS = 1_000 / 30

/**
 * The SDK as a program uses it: key id, key file and base path. Null leaves the login away. `hasty` sends without keeping to
 * the account's rate limit.
 */
export async function kalshiApis(
  sandbox: ServedSandbox,
  login?: KalshiLogin | null,
  pace: 'steady' | 'hasty' = 'steady',
): Promise<KalshiSdk> {
  const sdks = await installSdks()
  const sdk: KalshiModule = sdks.require('kalshi-typescript')
  const axios: { create(): AxiosInstance } = sdks.require('axios')
  const { rest, apiKeyId, privateKeyPath } = sandbox.ready.kalshi
  const ours = login === undefined ? { apiKey: apiKeyId, privateKeyPath } : (login ?? {})
  const configuration = new sdk.Configuration({ ...ours, basePath: rest })
  const wait = spacing()
  // Without an instance of its own, each object would add its login to the calls of all others.
  const create = (): AxiosInstance => {
    const instance = axios.create()
    if (pace === 'steady') instance.interceptors.request.use(wait)
    return instance
  }
  const open = <Api extends object>(name: string, type: ApiClass<Api>): Api =>
    noted(name, new type(configuration, rest, create()))
  const signed = create()
  new sdk.OrdersApi(configuration, rest, signed)
  return {
    AccountApi: open('AccountApi', sdk.AccountApi),
    ApiKeysApi: open('ApiKeysApi', sdk.ApiKeysApi),
    EventsApi: open('EventsApi', sdk.EventsApi),
    ExchangeApi: open('ExchangeApi', sdk.ExchangeApi),
    HistoricalApi: open('HistoricalApi', sdk.HistoricalApi),
    IncentiveProgramsApi: open('IncentiveProgramsApi', sdk.IncentiveProgramsApi),
    MarketApi: open('MarketApi', sdk.MarketApi),
    MilestoneApi: open('MilestoneApi', sdk.MilestoneApi),
    MultivariateApi: open('MultivariateApi', sdk.MultivariateApi),
    OrderGroupsApi: open('OrderGroupsApi', sdk.OrderGroupsApi),
    OrdersApi: open('OrdersApi', sdk.OrdersApi),
    PortfolioApi: open('PortfolioApi', sdk.PortfolioApi),
    SearchApi: open('SearchApi', sdk.SearchApi),
    StructuredTargetsApi: open('StructuredTargetsApi', sdk.StructuredTargetsApi),
    raw: (method, path, data) => signed.request({ method, url: `${rest}${path}`, data }),
  }
}

function spacing(): (config: object) => Promise<object> {
  let freeAtMs = 0
  return async (config) => {
    const nowMs = performance.now()
    freeAtMs = Math.max(nowMs, freeAtMs + CALL_SPACING_MS)
    await sleep(freeAtMs - nowMs)
    return config
  }
}

/** What the SDK throws when the venue refuses: status and body of the answer. @throws when it does not refuse. */
export async function refusal(call: Promise<Answer>): Promise<Answer> {
  try {
    const { status, data } = await call
    throw new Error(`expected a refusal, got ${status} ${JSON.stringify(data)}`)
  } catch (error) {
    if (error instanceof Error && 'response' in error) return answerOf(error.response, error)
    throw error
  }
}

function answerOf(response: unknown, error: Error): Answer {
  if (typeof response !== 'object' || response === null || !('status' in response) || !('data' in response)) throw error
  const { status, data } = response
  if (typeof status !== 'number') throw error
  return { status, data }
}
