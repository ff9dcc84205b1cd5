import { createHmac } from 'node:crypto'
import { TypedDataEncoder, Wallet } from 'ethers'
import { parseMoney } from '../../../src/domain/amounts.ts'
import type { Outcome } from '../../../src/domain/market.ts'
import { VirtualClock } from '../../../src/runtime/clock.ts'
import { createCatalogue } from '../../../src/sandbox/catalogue/catalogue.ts'
import type { Face } from '../../../src/sandbox/face.ts'
import { Host } from '../../../src/sandbox/host.ts'
import { type FaceServer, listen } from '../../../src/sandbox/http-server.ts'
import type { SandboxMarket } from '../../../src/sandbox/model.ts'
import type { PolymarketDetails } from '../../../src/sandbox/polymarket/details.ts'
import { createPolymarketFaces } from '../../../src/sandbox/polymarket/faces.ts'
import { memoryStore } from '../../../src/sandbox/state-files.ts'

/** Written out here once more: a copy of the product's would hide its mistakes. */
const ORDER_FIELDS =
  'uint256 salt,address maker,address signer,uint256 tokenId,uint256 makerAmount,uint256 takerAmount,uint8 side,uint8 signatureType,uint256 timestamp,bytes32 metadata,bytes32 builder'
const CONTRACTS = {
  v2: '0xE111180000d2663C0091e4f400237545B87B996B',
  negRisk: '0xe2222d279d744050d28e00520010520000310F59',
  v3: '0xe3333700cA9d93003F00f0F71f8515005F6c00Aa',
}
const ZERO = `0x${'0'.repeat(64)}`

const startMs = Date.parse('2026-11-20T12:00:00Z')
/** A wallet of type 3 beside the plain EOA. Nothing is deployed anywhere. */
export const depositWallet = '0xBc0fF067b7740Eff76C1ca93c875Ba6B890d6B50'

function fieldsOf(text: string): { type: string; name: string }[] {
  return text.split(',').map((field) => {
    const [type = '', name = ''] = field.split(' ')
    return { type, name }
  })
}

export interface Reply {
  readonly status: number
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers freely, and fail where something is missing.
  readonly json: any
}

export interface OrderSketch {
  readonly market: SandboxMarket
  readonly outcome?: Outcome
  readonly side?: 'BUY' | 'SELL'
  readonly makerAmount: string
  readonly takerAmount: string
  readonly orderType?: 'GTC' | 'GTD' | 'FAK' | 'FOK'
  readonly postOnly?: boolean
  readonly expiration?: string
  readonly salt?: number
  readonly maker?: string
  readonly signer?: string
  readonly signatureType?: number
  readonly tokenId?: string
  /** Sign for this exchange instead of the market's. */
  readonly exchange?: keyof typeof CONTRACTS
  readonly owner?: string
  readonly signature?: string
}

export interface SignedBody {
  readonly body: Record<string, unknown> & { order: Record<string, unknown> }
  readonly orderId: string
}

/** The three services over real HTTP, an account with keys, and what it takes to talk to them by hand. */
export class Venue {
  private constructor(
    readonly host: Host,
    readonly clock: VirtualClock,
    readonly wallet: Wallet,
    private readonly servers: Readonly<Record<'clob' | 'gamma' | 'data', FaceServer>>,
  ) {}

  credentials = { apiKey: '', secret: '', passphrase: '' }

  static async open(options: { readonly hasApiKey?: boolean } = {}): Promise<Venue> {
    const clock = new VirtualClock(startMs)
    const host = new Host({ store: memoryStore, clock, freshSeed: () => 'face-tests', createCatalogue })
    const wallet = new Wallet(`0x${'11'.repeat(32)}`)
    const account = 'polymarket-deposit'
    host.exchange.execute({
      kind: 'open_account',
      account,
      venue: 'polymarket',
      unlimited: false,
      cash: { pusd: parseMoney('500') },
    })
    const faces = createPolymarketFaces(host, {
      account: 'polymarket-main',
      address: wallet.address,
      funder: wallet.address,
      signatureType: 0,
      wallets: [{ account, funder: depositWallet, signatureType: 3 }],
      ...options,
    })
    const serve = (face: Face): Promise<FaceServer> =>
      listen({ venue: 'polymarket', port: 0, clock, faults: () => host.faults, face: () => face, afterReply: () => {} })
    const [clob, gamma, data] = await Promise.all([serve(faces.clob), serve(faces.gamma), serve(faces.data)])
    const venue = new Venue(host, clock, wallet, { clob, gamma, data })
    if (options.hasApiKey !== false) venue.credentials = (await venue.login('GET', '/auth/derive-api-key')).json
    return venue
  }

  async close(): Promise<void> {
    await Promise.all(Object.values(this.servers).map((server) => server.close()))
  }

  clobUrl(path: string): string {
    return `${this.servers.clob.origin}${path}`
  }

  private nowS(): string {
    return String(Math.floor(this.clock.nowMs() / 1000))
  }

  async get(service: 'clob' | 'gamma' | 'data', path: string): Promise<Reply> {
    return read(await fetch(`${this.servers[service].origin}${path}`))
  }

  async post(path: string, body: unknown): Promise<Reply> {
    return read(await fetch(`${this.servers.clob.origin}${path}`, { method: 'POST', body: JSON.stringify(body) }))
  }

  /** With the wallet's signature over a login. */
  async login(method: string, path: string, nonce = 0, signWith: Wallet = this.wallet): Promise<Reply> {
    const timestamp = this.nowS()
    const signature = await signWith.signTypedData(
      { name: 'ClobAuthDomain', version: '1', chainId: 137 },
      { ClobAuth: fieldsOf('address address,string timestamp,uint256 nonce,string message') },
      {
        address: this.wallet.address,
        timestamp,
        nonce,
        message: 'This message attests that I control the given wallet',
      },
    )
    const headers = {
      POLY_ADDRESS: this.wallet.address,
      POLY_SIGNATURE: signature,
      POLY_TIMESTAMP: timestamp,
      POLY_NONCE: String(nonce),
    }
    return read(await fetch(`${this.servers.clob.origin}${path}`, { method, headers }))
  }

  headersFor(method: string, path: string, body: string): Record<string, string> {
    const timestamp = this.nowS()
    const signature = createHmac('sha256', Buffer.from(this.credentials.secret, 'base64url'))
      .update(`${timestamp}${method}${path}${body}`)
      .digest('base64')
      .replaceAll('+', '-')
      .replaceAll('/', '_')
    return {
      POLY_ADDRESS: this.wallet.address,
      POLY_SIGNATURE: signature,
      POLY_TIMESTAMP: timestamp,
      POLY_API_KEY: this.credentials.apiKey,
      POLY_PASSPHRASE: this.credentials.passphrase,
    }
  }

  /** Under the API key. What is signed leaves the query out. */
  async call(method: string, target: string, body?: unknown, headers: Record<string, string> = {}): Promise<Reply> {
    const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body)
    const [path = ''] = target.split('?')
    const response = await fetch(`${this.servers.clob.origin}${target}`, {
      method,
      headers: { ...this.headersFor(method, path, text), ...headers },
      ...(text === '' ? {} : { body: text }),
    })
    return read(response)
  }

  market(slug: string): SandboxMarket {
    const market = this.host.catalogue.find('polymarket', slug)
    if (market === null) throw new Error(`no market ${slug}`)
    return market
  }

  /** The first market that fits, in the catalogue's order. */
  find(matches: (market: SandboxMarket, details: PolymarketDetails) => boolean): SandboxMarket {
    const found = this.host.catalogue.list('polymarket').find((market) => {
      const open = this.host.exchange.market(market.id)?.status === 'open'
      return open && matches(market, detailsOf(market))
    })
    if (found === undefined) throw new Error('no such market')
    return found
  }

  setBook(market: SandboxMarket, bids: readonly [string, string][], asks: readonly [string, string][]): void {
    const levels = (rows: readonly [string, string][]) =>
      rows.map(([price, quantity]) => ({ price: millionths(price) as never, quantity: millionths(quantity) as never }))
    this.host.exchange.execute({ kind: 'set_book', market: market.id, bids: levels(bids), asks: levels(asks) })
  }

  async sign(sketch: OrderSketch): Promise<SignedBody> {
    const details = detailsOf(sketch.market)
    const kind = sketch.exchange ?? (details.version === 'v2' ? 'v3' : details.negRisk ? 'negRisk' : 'v2')
    const domain = {
      name: 'Polymarket CTF Exchange',
      version: kind === 'v3' ? '3' : '2',
      chainId: 137,
      verifyingContract: CONTRACTS[kind],
    }
    const signatureType = sketch.signatureType ?? 0
    const maker = sketch.maker ?? (signatureType === 3 ? depositWallet : this.wallet.address)
    const order = {
      salt: sketch.salt ?? Math.floor(this.clock.nowMs() % 1e9),
      maker,
      signer: sketch.signer ?? (signatureType === 3 ? maker : this.wallet.address),
      tokenId: sketch.tokenId ?? tokenOf(sketch.market, sketch.outcome ?? 'yes'),
      makerAmount: sketch.makerAmount,
      takerAmount: sketch.takerAmount,
      side: (sketch.side ?? 'BUY') === 'BUY' ? 0 : 1,
      signatureType,
      timestamp: String(this.clock.nowMs()),
      metadata: ZERO,
      builder: ZERO,
    }
    const types = { Order: fieldsOf(ORDER_FIELDS) }
    const signature =
      sketch.signature ??
      (signatureType === 3 ? await this.wrap(domain, order) : await this.wallet.signTypedData(domain, types, order))
    const wire = { ...order, side: sketch.side ?? 'BUY', expiration: sketch.expiration ?? '0', signature }
    const body = {
      deferExec: false,
      postOnly: sketch.postOnly ?? false,
      order: wire,
      owner: sketch.owner ?? this.credentials.apiKey,
      orderType: sketch.orderType ?? 'GTC',
    }
    return { body, orderId: TypedDataEncoder.hash(domain, types, order) }
  }

  private async wrap(domain: Record<string, unknown>, order: Record<string, unknown>): Promise<string> {
    const orderType = { Order: fieldsOf(ORDER_FIELDS) }
    const typeText = `Order(${ORDER_FIELDS})`
    const inner = await this.wallet.signTypedData(
      domain,
      {
        TypedDataSign: fieldsOf(
          'Order contents,string name,string version,uint256 chainId,address verifyingContract,bytes32 salt',
        ),
        ...orderType,
      },
      {
        contents: order,
        name: 'DepositWallet',
        version: '1',
        chainId: 137,
        verifyingContract: order.maker,
        salt: ZERO,
      },
    )
    return [
      inner,
      TypedDataEncoder.hashDomain(domain).slice(2),
      TypedDataEncoder.hashStruct('Order', orderType, order).slice(2),
      Buffer.from(typeText).toString('hex'),
      '00ba',
    ].join('')
  }

  /** Signs and sends. */
  async place(sketch: OrderSketch): Promise<Reply & { orderId: string }> {
    const { body, orderId } = await this.sign(sketch)
    return { ...(await this.call('POST', '/order', body)), orderId }
  }

  cash(account = 'polymarket-main'): bigint {
    return this.host.exchange.account(account)?.cash.get('pusd') ?? -1n
  }
}

async function read(response: Response): Promise<Reply> {
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.includes('json') === true && text !== ''
  return { status: response.status, text, json: isJson ? JSON.parse(text) : null }
}

export function detailsOf(market: SandboxMarket): PolymarketDetails {
  if (market.details.venue !== 'polymarket') throw new Error(`${market.id} is not Polymarket's`)
  return market.details
}

export function tokenOf(market: SandboxMarket, outcome: Outcome): string {
  const details = detailsOf(market)
  const ids = details.version === 'v2' ? details.positionIds : details.clobTokenIds
  return ids?.[outcome === 'yes' ? 0 : 1] ?? ''
}

/** `0.45` as 450000n. */
function millionths(text: string): bigint {
  const [whole = '0', fraction = ''] = text.split('.')
  return BigInt(whole) * 1_000_000n + BigInt(fraction.padEnd(6, '0'))
}
