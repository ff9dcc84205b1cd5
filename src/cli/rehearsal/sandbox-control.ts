import { ToolkitError } from '../../domain/errors.ts'
import type { MarketId, VenueId } from '../../domain/market.ts'
import type { InjectionJson } from '../json/inject-json.ts'
import type { ListedJson } from '../json/sandbox-add-json.ts'

/** Levels as `[price, quantity]` in YES dollars. */
export type Levels = readonly (readonly [price: string, quantity: string])[]

/** The exchange's own record of an order, for comparing what we believe with what is. */
export interface ExchangeOrder {
  readonly id: string
  readonly clientOrderId: string | null
  readonly market: string
  readonly price: string
  readonly filled: string
  readonly state: string
  readonly quantity: string | null
  readonly remaining: string
}

export interface ExchangeAccount {
  readonly venue: VenueId
  /** Dollars by pool. */
  readonly cash: Readonly<Record<string, string>>
  readonly positions: readonly { readonly market: MarketId; readonly yes: string; readonly no: string }[]
  readonly orders: readonly ExchangeOrder[]
}

/** An edge as it is to be offered. Amounts are decimal strings. */
export interface InjectionRequest {
  readonly markets: readonly [MarketId, MarketId]
  readonly polarity: 'same' | 'inverted'
  /** Dollars that each pair keeps, fees of both venues paid. */
  readonly edge: string
  readonly size: string
  readonly forMs: number | null
  readonly on: 'order' | 'fill' | 'cancel' | null
  /** Words such as `vanish:kalshi`, as `sandbox inject --then` takes them. */
  readonly effects: readonly string[]
}

/** The sandbox's control interface over loopback, as any script would use it. */
export interface SandboxControl {
  setBook(market: MarketId, book: { readonly bids: Levels; readonly asks: Levels }): Promise<void>
  /** Leaves this much, in dollars, in every pool of the account. */
  leaveCash(venue: VenueId, amount: string): Promise<void>
  /** Trading in the market ends now. */
  closeMarket(market: MarketId): Promise<void>
  /** The next order on this venue is executed and its answer is lost. */
  loseNextAnswer(venue: VenueId): Promise<void>
  /** Any rule of the sandbox's for what goes wrong, as `POST /faults` takes it. */
  fault(rule: Readonly<Record<string, unknown>>): Promise<void>
  /** Whether every rule for what goes wrong has been used up. */
  faultsUsedUp(): Promise<boolean>
  /** Whether the rule that was made first has been. */
  firstFaultUsedUp(): Promise<boolean>
  /** Offers an edge in both books, with what becomes of it. */
  inject(request: InjectionRequest): Promise<InjectionJson>
  /** Lists an event at a venue, as `POST /listings` takes it. */
  list(entry: object): Promise<ListedJson>
  /** What came of an injection so far. */
  injection(id: string): Promise<InjectionJson>
  /** Begins the exchange anew, without faults. Addresses and keys stay. */
  reset(): Promise<void>
  /** Moves the exchange's clock. */
  advance(ms: number): Promise<void>
  account(venue: VenueId): Promise<ExchangeAccount>
  /** What the sandbox's markets are a function of. */
  origin(): Promise<{ readonly seed: string; readonly originMs: number }>
}

export function sandboxControl(base: string): SandboxControl {
  const call = async (method: string, path: string, body?: unknown, asError = refused): Promise<unknown> => {
    const reply = await fetch(`${base}${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await reply.text()
    if (!reply.ok) throw asError(path, text)
    return JSON.parse(text)
  }
  const faults = async (): Promise<readonly { readonly left: number | null }[]> => {
    const listed = (await call('GET', '/faults')) as { readonly faults: readonly { readonly left: number | null }[] }
    return listed.faults
  }
  const account = async (venue: VenueId): Promise<ExchangeAccount> => {
    const { accounts } = (await call('GET', '/accounts')) as { readonly accounts: readonly ExchangeAccount[] }
    const found = accounts.find((each) => each.venue === venue)
    if (found === undefined) throw refused('/accounts', `no account on ${venue}`)
    return found
  }
  return {
    setBook: async (market, book) => {
      await call('POST', '/books', { market, ...book })
    },
    leaveCash: async (venue, amount) => {
      const { cash } = await account(venue)
      for (const pool of Object.keys(cash)) await call('POST', '/cash', { venue, pool, amount })
    },
    closeMarket: async (market) => {
      await call('POST', '/markets', { market, status: 'closed' })
    },
    loseNextAnswer: async (venue) => {
      await call('POST', '/faults', { venue, endpoint: 'place_order', times: 1, fault: 'drop_response' })
    },
    fault: async (rule) => {
      await call('POST', '/faults', rule)
    },
    faultsUsedUp: async () => {
      return (await faults()).every(({ left }) => left === 0)
    },
    firstFaultUsedUp: async () => (await faults())[0]?.left === 0,
    inject: async (request) => (await call('POST', '/injections', request, notInjected)) as InjectionJson,
    list: async (entry) => (await call('POST', '/listings', entry, notListed)) as ListedJson,
    injection: async (id) => (await call('GET', `/injections?id=${encodeURIComponent(id)}`)) as InjectionJson,
    reset: async () => {
      await call('POST', '/reset', {})
    },
    advance: async (ms) => {
      await call('POST', '/clock', { advanceMs: ms })
    },
    origin: async () => (await call('GET', '/state')) as { readonly seed: string; readonly originMs: number },
    account,
  }
}

function refused(path: string, text: string): ToolkitError {
  return new ToolkitError({
    code: 'SANDBOX_CONTROL_REFUSED',
    category: 'bug',
    message: `The sandbox refused ${path}: ${text.slice(0, 200)}`,
  })
}

/** What was asked for came from a person. */
function notListed(_path: string, text: string): ToolkitError {
  const { error = text }: { readonly error?: string } = JSON.parse(text)
  return new ToolkitError({ code: 'NOT_LISTED', category: 'usage', message: `${error.replace(/\.$/, '')}.` })
}

function notInjected(_path: string, text: string): ToolkitError {
  const { error = text }: { readonly error?: string } = JSON.parse(text)
  return new ToolkitError({ code: 'NOT_INJECTED', category: 'usage', message: `Nothing was injected: ${error}` })
}
