import { constants, createPrivateKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { installSdks, type OfficialSdks } from '../scripts/official-sdks.ts'
import { authHeaders, loadKalshiAccount } from '../src/clients/kalshi/auth.ts'
import { encodeOrder as encodeKalshiOrder } from '../src/clients/kalshi/encode.ts'
import { loadPolymarketAccount } from '../src/clients/polymarket/account.ts'
import { l2Headers } from '../src/clients/polymarket/auth-l2.ts'
import { encodeOrder, orderBody } from '../src/clients/polymarket/encode.ts'
import { orderId } from '../src/clients/polymarket/order-hash.ts'
import { signOrder } from '../src/clients/polymarket/order-signature.ts'
import type { OrderIntent } from '../src/domain/order.ts'
import { anIntent, marketFrom, NOW_MS, YES_TOKEN } from '../test/clients/polymarket/builders.ts'
import { median, printRatio, type Ratio } from './ratio.ts'

const ROUNDS = 40
const ORDERS = 25

/** Signs and writes out the order with this number: ends where the request could be sent. */
type OneOrder = (number: number) => void | Promise<void>

/** What the packages export, as far as it is used here. */
interface KalshiSdk {
  readonly KalshiAuth: new (
    keyId: string,
    pem: string,
  ) => { generateAuthHeaders(method: string, path: string): unknown }
}
interface PolymarketSdk {
  readonly ClobClient: new (
    options: object,
  ) => {
    readonly tickSizes: Record<string, string>
    createOrder(order: object, options: object): Promise<object>
  }
  orderToJsonV2(order: object, owner: string, type: string, postOnly: boolean, deferExec: boolean): object
  createL2Headers(signer: object, credentials: object, call: object, timestampS: number): Promise<object>
}
interface Viem {
  createWalletClient(options: object): object
  http(url: string): object
}
interface ViemAccounts {
  privateKeyToAccount(key: string): object
}

const ORDERS_PATH = '/trade-api/v2/portfolio/events/orders'

/** An order is encoded, its body written, its login signed: no network on either side. */
export async function benchSigning(): Promise<readonly Ratio[]> {
  const sdks = await installSdks().catch((error: unknown) => {
    console.log(`The official SDKs are left out. ${error instanceof Error ? error.message : String(error)}`)
    return null
  })
  return [...(await benchKalshi(sdks)), ...(await benchPolymarket(sdks))]
}

async function benchKalshi(sdks: OfficialSdks | null): Promise<readonly Ratio[]> {
  const pem = generateKeyPairSync('rsa', { modulusLength: 2048 })
    .privateKey.export({ type: 'pkcs1', format: 'pem' })
    .toString()
  const keyId = '00000000-0000-4000-8000-000000000000'
  const account = await loadKalshiAccount({ keyId, privateKeyPem: pem })
  const key = createPrivateKey(pem)
  const ours: OneOrder = (number) => {
    JSON.stringify(encodeKalshiOrder(anIntent({ ...kalshiOrder, clientOrderId: `bench-${number}` })))
    authHeaders(account, { timestampMs: NOW_MS + number, method: 'POST', path: ORDERS_PATH })
  }
  const bare: OneOrder = (number) => {
    const message = Buffer.from(`${NOW_MS + number}POST${ORDERS_PATH}`)
    sign('sha256', message, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 })
  }
  const toBare = await compare(
    'Kalshi: sign and serialise one order, over bare crypto.sign (RSA-2048)',
    ours,
    bare,
    1.15,
  )
  if (sdks === null) return [toBare]
  const { KalshiAuth }: KalshiSdk = sdks.require('kalshi-typescript/dist/auth.js')
  const auth = new KalshiAuth(keyId, pem)
  const theirs: OneOrder = (number) => {
    JSON.stringify({ ...kalshiBody, client_order_id: `bench-${number}` })
    auth.generateAuthHeaders('POST', ORDERS_PATH)
  }
  return [toBare, await compare('Kalshi: the same, over kalshi-typescript', ours, theirs, 0.45)]
}

const kalshiOrder: Partial<OrderIntent> = { market: 'kalshi:KXFED-26DEC-T4.25', timeInForce: 'ioc' }
const kalshiBody = {
  ticker: 'KXFED-26DEC-T4.25',
  side: 'bid',
  count: '10.00',
  price: '0.4500',
  time_in_force: 'immediate_or_cancel',
  self_trade_prevention_type: 'taker_at_cross',
}

const credentials = {
  apiKey: '00000000-0000-4000-8000-000000000000',
  secret: randomBytes(32).toString('base64'),
  passphrase: 'bench',
}

/** Limit order of a plain wallet; ours also computes the order id, which the SDK leaves to the venue. */
async function benchPolymarket(sdks: OfficialSdks | null): Promise<readonly Ratio[]> {
  if (sdks === null) return []
  const privateKey = `0x${randomBytes(32).toString('hex')}`
  return [
    await compare(
      'Polymarket: sign and serialise one order, over clob-client-v2',
      await ourPolymarket(privateKey),
      theirPolymarket(sdks, privateKey),
      0.6,
    ),
  ]
}

async function ourPolymarket(privateKey: string): Promise<OneOrder> {
  const account = await loadPolymarketAccount({ privateKey, credentials })
  const market = marketFrom()
  return async (number) => {
    const intent = anIntent({ clientOrderId: `bench-${number}`, createdAtMs: NOW_MS + number })
    const encoded = encodeOrder(intent, market, account, NOW_MS)
    const [, signature] = await Promise.all([
      orderId(encoded.struct, encoded.domain),
      signOrder(encoded.struct, encoded.domain, account.signTypedData),
    ])
    const body = orderBody(encoded, signature, credentials.apiKey)
    const call = { address: account.address, timestampS: NOW_MS / 1000, method: 'POST', path: '/order', body }
    l2Headers(credentials, call)
  }
}

function theirPolymarket(sdks: OfficialSdks, privateKey: string): OneOrder {
  const { ClobClient, createL2Headers, orderToJsonV2 }: PolymarketSdk = sdks.require('@polymarket/clob-client-v2')
  const { createWalletClient, http }: Viem = sdks.require('viem')
  const { privateKeyToAccount }: ViemAccounts = sdks.require('viem/accounts')
  const host = 'http://127.0.0.1:9'
  const signer = createWalletClient({ account: privateKeyToAccount(privateKey), transport: http(host) })
  const creds = { key: credentials.apiKey, secret: credentials.secret, passphrase: credentials.passphrase }
  const client = new ClobClient({ host, chain: 137, signer, creds })
  // What it would ask the venue for first.
  client.tickSizes[YES_TOKEN] = '0.01'
  const options = { tickSize: '0.01', negRisk: false, version: 2 }
  return async () => {
    const signed = await client.createOrder({ tokenID: YES_TOKEN, price: 0.45, size: 10, side: 'BUY' }, options)
    const body = JSON.stringify(orderToJsonV2(signed, creds.key, 'GTC', false, false))
    await createL2Headers(signer, creds, { method: 'POST', requestPath: '/order', body }, NOW_MS / 1000)
  }
}

/** Rounds taken in turn, so that both see the same machine. */
async function compare(name: string, ours: OneOrder, theirs: OneOrder, atMost: number): Promise<Ratio> {
  const rounds: { ours: number; theirs: number }[] = []
  // The first rounds compile and warm up.
  for (let round = -5; round < ROUNDS; round += 1) {
    const times = { ours: await timePerOrder(ours), theirs: await timePerOrder(theirs) }
    if (round >= 0) rounds.push(times)
  }
  const inUs = (ms: number): string => `${(ms * 1000).toFixed(0)} µs`
  return {
    name,
    ratio: median(rounds.map((round) => round.ours / round.theirs)),
    detail:
      `median ${inUs(median(rounds.map((round) => round.ours)))} over ` +
      `${inUs(median(rounds.map((round) => round.theirs)))}, ${ROUNDS} rounds of ${ORDERS} orders`,
    atMost,
  }
}

/** Milliseconds. */
async function timePerOrder(one: OneOrder): Promise<number> {
  const began = performance.now()
  for (let number = 0; number < ORDERS; number += 1) await one(number)
  return (performance.now() - began) / ORDERS
}

if (process.argv[1]?.endsWith('signing.ts') === true) for (const ratio of await benchSigning()) printRatio(ratio)
