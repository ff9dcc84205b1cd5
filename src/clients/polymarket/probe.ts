import { createTransport } from '../http/transport.ts'
import {
  answeredIn,
  ask,
  clockFinding,
  type Finding,
  failed,
  failureOf,
  memberOf,
  type Probe,
  passed,
  skipped,
  warned,
} from '../probe.ts'
import { probeSocket } from '../streams/probe.ts'
import type { PolymarketAccount } from './account.ts'
import { l1Headers } from './auth-l1.ts'
import type { ApiCredentials } from './auth-l2.ts'
import { Clob, readReply } from './clob.ts'
import { accountFrom } from './connect.ts'
import { credentialsSchema } from './decode.ts'
import { readFailure } from './errors.ts'
import { probeFields } from './probe-fields.ts'
import { askPublic, type Service, services, signalOf, startVisit, type Visit } from './probe-visit.ts'
import { probeWallet } from './probe-wallet.ts'

/** Polymarket from the outside in: addresses, clock, region, key, login, wallet, socket, members of its answers. */
export const probePolymarket: Probe = async function* (options) {
  if (services.some((service) => (options.urls[service] ?? null) === null)) {
    yield skipped(
      'polymarket.clob',
      'no address of Polymarket is set in this environment: it has no demo',
      'Use --env sandbox or live.',
    )
    return
  }
  const visit = startVisit(options)
  try {
    const clobFound = await probeService(visit, 'clob', '/ok', {})
    yield clobFound
    yield await probeService(visit, 'gamma', '/markets/keyset', { limit: '1', closed: 'false' })
    yield await probeService(visit, 'data', '/v2/status', {})
    yield await probeRegion(visit)
    const account = yield* probeKey(visit)
    // One line for a service that is away, not one for every question that it cannot answer.
    if (clobFound.status !== 'ok') return
    yield await probeClock(visit)
    const clob = account === null ? null : yield* probeLogin(visit, account)
    if (clob !== null) yield* probeWallet(visit, clob)
    yield await probeMarketSocket(visit)
    yield* await probeFields(visit, clob)
  } finally {
    for (const each of Object.values(visit.transports)) each.close()
  }
}

async function probeService(
  visit: Visit,
  service: Service,
  path: string,
  query: Readonly<Record<string, string>>,
): Promise<Finding> {
  const check = `polymarket.${service}`
  try {
    const asked = await askPublic(visit, service, path, query)
    return passed(check, `${new URL(visit.options.urls[service] ?? '').host} ${answeredIn(asked)}`)
  } catch (error) {
    return failureOf(check, error)
  }
}

/** The order service says the time in whole seconds. Signatures carry our clock as it is. */
async function probeClock(visit: Visit): Promise<Finding> {
  const check = 'polymarket.clock'
  try {
    const asked = await askPublic(visit, 'clob', '/time')
    const venueMs = Number(asked.reply.text) * 1000
    if (!Number.isSafeInteger(venueMs)) return skipped(check, 'Polymarket did not say what time it is')
    return clockFinding(check, asked, { label: 'Polymarket', venueMs, resolutionMs: 1000, corrected: false })
  } catch (error) {
    return failureOf(check, error)
  }
}

/** Whether orders are taken from where we are. Reads work everywhere; placing is refused by region. */
async function probeRegion({ options }: Visit): Promise<Finding> {
  const check = 'polymarket.region'
  const baseUrl = options.urls.geoblock ?? null
  if (baseUrl === null) return skipped(check, 'no address for the question is set in this environment')
  const site = createTransport({ ...options, venue: 'polymarket', service: 'geoblock', baseUrl })
  try {
    const { reply } = await ask(site, options.clock, {
      path: '/api/geoblock',
      endpoint: 'geoblock',
      ...signalOf(options),
    })
    if (reply.status < 200 || reply.status > 299) throw readFailure(reply, 'geoblock')
    const blocked = memberOf(reply.json, 'blocked')
    const place = [memberOf(reply.json, 'country'), memberOf(reply.json, 'region')].filter(
      (part) => typeof part === 'string' && part !== '',
    )
    const where = place.length === 0 ? 'here' : place.join('/')
    if (blocked === false) return passed(check, `orders are taken from ${where}`)
    if (blocked !== true)
      return warned(
        check,
        'the answer about the region cannot be read: whether orders are taken from here is not known',
      )
    return failed(
      check,
      'configuration',
      `Polymarket takes no new orders from ${where}; cancelling may work, opening positions does not`,
      'Trade from a place where the venue allows it.',
    )
  } catch (error) {
    return failureOf(check, error)
  } finally {
    site.close()
  }
}

async function* probeKey({ options }: Visit): AsyncGenerator<Finding, PolymarketAccount | null> {
  const check = 'polymarket.key'
  const warnings: string[] = []
  try {
    const account = await accountFrom({
      kind: 'credentials',
      values: options.credentials,
      ...(options.sharedKeyFiles === undefined ? {} : { sharedKeyFiles: options.sharedKeyFiles }),
      onWarning: (warning) => warnings.push(warning),
    })
    if (account === null) {
      yield skipped(
        check,
        'no account is set: market data works, trading does not',
        'Set POLYMARKET_PRIVATE_KEY_PATH, POLYMARKET_FUNDER and POLYMARKET_SIGNATURE_TYPE.',
      )
      return null
    }
    const key = `key of ${account.address}`
    yield warnings.length === 0 ? passed(check, key) : warned(check, key, ...warnings)
    return account
  } catch (error) {
    yield failureOf(check, error)
    return null
  }
}

/** The order service under this account's login; null when there is none. Derives a key, and never creates one. */
async function* probeLogin(visit: Visit, account: PolymarketAccount): AsyncGenerator<Finding, Clob | null> {
  const check = 'polymarket.login'
  try {
    const credentials = account.credentials ?? (await existingKey(visit, account))
    if (credentials === null) {
      yield warned(
        check,
        'this wallet has no API key yet; the first private call makes one',
        'Trade once on the website with this wallet if the venue refuses it.',
      )
      return null
    }
    const clob = new Clob({
      transport: visit.transports.clob,
      clock: visit.options.clock,
      loadAccount: () => Promise.resolve({ ...account, credentials }),
    })
    yield await probeStanding(visit, clob, check)
    return clob
  } catch (error) {
    yield failureOf(check, error)
    return null
  }
}

async function existingKey({ options, transports }: Visit, account: PolymarketAccount): Promise<ApiCredentials | null> {
  const { reply } = await ask(transports.clob, options.clock, {
    path: '/auth/derive-api-key',
    endpoint: 'derive_api_key',
    auth: () => l1Headers(account, Math.floor(options.clock.nowMs() / 1000), 0),
    ...signalOf(options),
  })
  return reply.status === 400 ? null : readReply(credentialsSchema, reply, 'the API key')
}

async function probeStanding({ options }: Visit, clob: Clob, check: string): Promise<Finding> {
  const path = '/auth/ban-status/closed-only'
  const reply = await clob.sendPrivate(
    { method: 'GET', path, endpoint: 'get_ban_status', safe: true },
    signalOf(options),
  )
  if (reply.status < 200 || reply.status > 299) throw readFailure(reply, 'the login')
  return memberOf(reply.json, 'closed_only') === true
    ? failed(
        check,
        'configuration',
        'the login works, but the account is in closed-only mode: positions can be closed, not opened',
        'Ask Polymarket why.',
      )
    : passed(check, 'the API key is accepted')
}

/** The market channel answers a text PING and needs no login. */
async function probeMarketSocket({ options }: Visit): Promise<Finding> {
  const check = 'polymarket.socket'
  const base = options.urls.ws ?? null
  if (base === null) return skipped(check, 'no socket address of Polymarket is set in this environment')
  const ping = { send: 'PING', expect: 'PONG' }
  return probeSocket({ check, url: `${base}/market`, timeoutMs: options.timeoutMs, ping, ...signalOf(options) })
}
