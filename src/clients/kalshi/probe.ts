import { createTransport, type Transport } from '../http/transport.ts'
import { plainText } from '../json.ts'
import {
  type Asked,
  answeredIn,
  ask,
  clockFinding,
  type Finding,
  failureOf,
  fieldsFinding,
  listIn,
  memberOf,
  type Probe,
  type ProbeOptions,
  passed,
  type SeenObjects,
  skipped,
  warned,
} from '../probe.ts'
import { ServerTime } from '../server-time.ts'
import { probeSocket } from '../streams/probe.ts'
import { authHeaders, type KalshiAccount } from './auth.ts'
import { accountFrom } from './connect.ts'
import { readFailure } from './errors.ts'
import { fieldsAsOf, knownBalance, knownEvent, knownFill, knownMarket, knownOrder } from './known-fields.ts'

interface Visit {
  readonly options: ProbeOptions
  readonly transport: Transport
  readonly time: ServerTime
}

/** Kalshi from the outside in: address, clock, pauses, key, login, socket, members of its answers. */
export const probeKalshi: Probe = async function* (options) {
  const { rest: baseUrl, ws } = options.urls
  if (baseUrl === undefined || baseUrl === null) {
    yield skipped(
      'kalshi.rest',
      'no address of Kalshi is set in this environment',
      'Set KALSHI_BASE_URL, or name another --env.',
    )
    return
  }
  const transport = createTransport({ ...options, venue: 'kalshi', service: 'rest', baseUrl })
  const visit: Visit = { options, transport, time: new ServerTime(options.clock) }
  try {
    const reached = yield* probeRest(visit, baseUrl)
    const account = yield* probeKey(visit)
    // One line for a venue that is away, not one for every question that it cannot answer.
    if (!reached) return
    const balance = account === null ? null : yield* probeLogin(visit, account)
    yield await probeWs(visit, ws ?? null, account)
    yield await probeFields(visit, account, balance)
  } finally {
    transport.close()
  }
}

async function* probeRest(visit: Visit, baseUrl: string): AsyncGenerator<Finding, boolean> {
  const { host } = new URL(baseUrl)
  try {
    const asked = await askKalshi(visit, '/exchange/status', 'get_exchange_status')
    yield passed('kalshi.rest', `${host} ${answeredIn(asked)}`)
    yield dateFinding(asked)
    yield pauseFinding(asked.reply.json)
    return true
  } catch (error) {
    yield failureOf('kalshi.rest', error)
    return false
  }
}

function dateFinding(asked: Asked): Finding {
  const venueMs = Date.parse(asked.reply.headers.date ?? '')
  // Answers from a cache say when they were made.
  if (Number.isNaN(venueMs) || Number(asked.reply.headers.age ?? 0) > 0) {
    return skipped('kalshi.clock', 'Kalshi did not say what time it is')
  }
  return clockFinding('kalshi.clock', asked, { label: 'Kalshi', venueMs, resolutionMs: 1000, corrected: true })
}

function pauseFinding(status: unknown): Finding {
  const shards = listIn(status, 'exchange_index_statuses')
  const halted = [status, ...shards].filter((one) => memberOf(one, 'exchange_active') === false)
  const paused = [status, ...shards].filter((one) => memberOf(one, 'trading_active') === false)
  const resume = memberOf(status, 'exchange_estimated_resume_time')
  const until = typeof resume === 'string' && resume !== '' ? `, expected back at ${resume}` : ''
  if (halted.length > 0)
    return warned('kalshi.exchange', `the exchange is paused${until}: neither orders nor cancels work`)
  if (paused.length > 0) return warned('kalshi.exchange', `trading is paused${until}: cancels work, orders do not`)
  return passed('kalshi.exchange', `trading is open${shards.length > 1 ? ` on ${shards.length} shards` : ''}`)
}

async function* probeKey(visit: Visit): AsyncGenerator<Finding, KalshiAccount | null> {
  const warnings: string[] = []
  try {
    const { credentials, sharedKeyFiles } = visit.options
    const account = await accountFrom({
      kind: 'credentials',
      values: credentials,
      ...(sharedKeyFiles === undefined ? {} : { sharedKeyFiles }),
      onWarning: (warning) => warnings.push(warning),
    })
    if (account === null) {
      yield skipped(
        'kalshi.key',
        'no account is set: market data works, trading does not',
        'Set KALSHI_API_KEY_ID and KALSHI_PRIVATE_KEY_PATH.',
      )
      return null
    }
    const key = `${account.algorithm} key for API key ${account.keyId}`
    yield warnings.length === 0 ? passed('kalshi.key', key) : warned('kalshi.key', key, ...warnings)
    return account
  } catch (error) {
    yield failureOf('kalshi.key', error)
    return null
  }
}

/** The balance as it was answered; null when the login is refused. */
async function* probeLogin(visit: Visit, account: KalshiAccount): AsyncGenerator<Finding, unknown> {
  try {
    const { reply } = await askKalshi(visit, '/portfolio/balance', 'get_balance', account)
    const cash = memberOf(reply.json, 'balance_dollars')
    yield passed('kalshi.login', `the key is accepted${typeof cash === 'string' ? `; $${cash} in cash` : ''}`)
    yield await probeScopes(visit, account)
    yield await probeTier(visit, account)
    return reply.json
  } catch (error) {
    yield failureOf('kalshi.login', error)
    return null
  }
}

/** What the key may do. Not every key may ask. */
async function probeScopes(visit: Visit, account: KalshiAccount): Promise<Finding> {
  const check = 'kalshi.scopes'
  try {
    const { reply } = await askKalshi(visit, '/api_keys', 'list_api_keys', account)
    const key = listIn(reply.json, 'api_keys').find((one) => memberOf(one, 'api_key_id') === account.keyId)
    const scopes = listIn(key, 'scopes').filter((scope) => typeof scope === 'string')
    const expiry = memberOf(reply.json, 'api_key_region_expiration_ts')
    const expiresMs = Number(plainText(expiry ?? '')) * 1000
    if (expiresMs > 0 && expiresMs < visit.time.nowMs()) {
      return warned(
        check,
        'the location of this account must be confirmed again: sports, elections and entertainment are closed to its keys',
        'Confirm your location on the Kalshi website.',
      )
    }
    if (scopes.length === 0) return skipped(check, 'Kalshi does not say what the key may do')
    const mayTrade = scopes.some((scope) => scope === 'write' || scope === 'write::trade')
    return mayTrade
      ? passed(check, `the key may ${scopes.join(', ')}`)
      : warned(
          check,
          `the key may only ${scopes.join(', ')}: it cannot trade`,
          'Make a key with the scope write, or write::trade.',
        )
  } catch (error) {
    const found = failureOf(check, error)
    return found.cause === 'configuration' ? skipped(check, 'the key may not read what it is allowed to do') : found
  }
}

async function probeTier(visit: Visit, account: KalshiAccount): Promise<Finding> {
  try {
    const { reply } = await askKalshi(visit, '/account/limits', 'get_account_limits', account)
    const of = (name: string): string => {
      const rate = memberOf(reply.json, name, 'refill_rate')
      return rate === undefined ? '-' : plainText(rate)
    }
    const tier = plainText(memberOf(reply.json, 'usage_tier') ?? 'unnamed')
    return passed('kalshi.rate-limits', `tier ${tier}: ${of('read')} read and ${of('write')} write tokens a second`)
  } catch (error) {
    return failureOf('kalshi.rate-limits', error)
  }
}

async function probeWs({ options, time }: Visit, url: string | null, account: KalshiAccount | null): Promise<Finding> {
  const check = 'kalshi.socket'
  if (url === null) return skipped(check, 'no socket address of Kalshi is set in this environment')
  if (account === null) return skipped(check, 'every socket of Kalshi needs a login, and no account is set')
  const path = new URL(url).pathname
  const headers = authHeaders(account, { timestampMs: time.nowMs(), method: 'GET', path })
  const { timeoutMs, signal } = options
  return probeSocket({ check, url, headers, timeoutMs, ...(signal === undefined ? {} : { signal }) })
}

async function probeFields(visit: Visit, account: KalshiAccount | null, balance: unknown): Promise<Finding> {
  const check = 'kalshi.fields'
  try {
    const query = { status: 'open', limit: '20', with_nested_markets: 'true' }
    const { reply } = await askKalshi(visit, '/events', 'list_events', null, query)
    const events = listIn(reply.json, 'events')
    const markets = events.flatMap((event) => listIn(event, 'markets'))
    return fieldsFinding(check, fieldsAsOf, [
      { name: 'event', known: knownEvent, objects: events },
      { name: 'market', known: knownMarket, objects: markets },
      ...(account === null || balance === null ? [] : await accountObjects(visit, account, balance)),
    ])
  } catch (error) {
    return failureOf(check, error)
  }
}

async function accountObjects(visit: Visit, account: KalshiAccount, balance: unknown): Promise<readonly SeenObjects[]> {
  const few = { limit: '20' }
  const orders = await askKalshi(visit, '/portfolio/orders', 'list_orders', account, few)
  const fills = await askKalshi(visit, '/portfolio/fills', 'list_fills', account, few)
  return [
    { name: 'balance', known: knownBalance, objects: [balance] },
    { name: 'order', known: knownOrder, objects: listIn(orders.reply.json, 'orders') },
    { name: 'fill', known: knownFill, objects: listIn(fills.reply.json, 'fills') },
  ]
}

/** @throws VenueError for anything but a 2xx. */
async function askKalshi(
  { options, transport, time }: Visit,
  path: string,
  endpoint: string,
  account: KalshiAccount | null = null,
  query: Readonly<Record<string, string>> = {},
): Promise<Asked> {
  const asked = await ask(transport, options.clock, {
    path,
    endpoint,
    query,
    ...(account === null
      ? {}
      : {
          auth: ({ method, path: signed }) => authHeaders(account, { timestampMs: time.nowMs(), method, path: signed }),
        }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  })
  time.observe(asked.reply.headers, asked.sentAtMs)
  if (asked.reply.status < 200 || asked.reply.status > 299) throw readFailure(asked.reply, endpoint, '')
  return asked
}
