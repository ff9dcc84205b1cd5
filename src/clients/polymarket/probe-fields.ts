import { parseJson } from '../json.ts'
import { type Finding, failureOf, fieldsFinding, listIn, memberOf, passed, type SeenObjects, warned } from '../probe.ts'
import { bookHash } from './book-hash.ts'
import type { Clob } from './clob.ts'
import { readFailure } from './errors.ts'
import { fieldsAsOf, knownBook, knownOrder, knownTerms, knownTrade, neededOfGamma } from './known-fields.ts'
import { askPublic, signalOf, type Visit } from './probe-visit.ts'

const check = 'polymarket.fields'

/** Members of a few markets, of one market's terms and book, and of our own orders and trades; and the book's hash. */
export async function probeFields(visit: Visit, clob: Clob | null): Promise<readonly Finding[]> {
  try {
    const { reply } = await askPublic(visit, 'gamma', '/markets/keyset', { limit: '20', closed: 'false' })
    const markets = listIn(reply.json, 'markets')
    const ofMarket = await marketObjects(visit, markets)
    const seen = [
      { name: 'market', known: neededAmong(markets), objects: markets },
      ...ofMarket,
      ...(clob === null ? [] : await accountObjects(visit, clob)),
    ]
    const books = ofMarket.filter(({ name }) => name === 'book').flatMap(({ objects }) => objects)
    return [fieldsFinding(check, fieldsAsOf, seen), ...books.map(bookFinding)]
  } catch (error) {
    return [failureOf(check, error)]
  }
}

/** The hash covers every member and their order, so it tells changes that the names of the members do not. */
function bookFinding(book: unknown): Finding {
  const name = 'polymarket.book'
  return typeof book === 'object' && book !== null && memberOf(book, 'hash') === bookHash(book)
    ? passed(name, "a market's book fits its own hash")
    : warned(
        name,
        `a market's book does not fit its own hash: Polymarket writes books in another way than in ${fieldsAsOf}`,
        'Compare a book with the website, or look for a newer version, before you trust prices.',
      )
}

/** The catalogue grows members all the time: only those that are needed and gone are news. */
function neededAmong(markets: readonly unknown[]): SeenObjects['known'] {
  const present = markets.flatMap((market) =>
    typeof market === 'object' && market !== null ? Object.keys(market) : [],
  )
  return { always: neededOfGamma, sometimes: present }
}

/** Of the first market that the order service knows: new ones take minutes to get there. */
async function marketObjects(visit: Visit, markets: readonly unknown[]): Promise<readonly SeenObjects[]> {
  for (const market of markets.slice(0, 5)) {
    const condition = memberOf(market, 'conditionId')
    const token = firstToken(market)
    if (typeof condition !== 'string' || token === null) continue
    const terms = await objectAt(visit, `/clob-markets/${encodeURIComponent(condition)}`)
    const book = await objectAt(visit, '/book', { token_id: token })
    if (terms === null || book === null) continue
    return [
      { name: 'terms', known: knownTerms, objects: [terms] },
      { name: 'book', known: knownBook, objects: [book] },
    ]
  }
  return []
}

function firstToken(market: unknown): string | null {
  const list = memberOf(market, 'clobTokenIds')
  const tokens = typeof list === 'string' ? parseJson(list) : list
  return Array.isArray(tokens) && typeof tokens[0] === 'string' ? tokens[0] : null
}

async function objectAt(visit: Visit, path: string, query?: Readonly<Record<string, string>>): Promise<unknown> {
  const { transports, options } = visit
  const endpoint = path.split('/')[1] ?? path
  const reply = await transports.clob.send({
    method: 'GET',
    path,
    endpoint,
    safe: true,
    ...(query && { query }),
    ...signalOf(options),
  })
  if (reply.status === 404) return null
  if (reply.status < 200 || reply.status > 299) throw readFailure(reply, endpoint)
  return reply.json ?? null
}

async function accountObjects(visit: Visit, clob: Clob): Promise<readonly SeenObjects[]> {
  const rows = async (path: string, endpoint: string): Promise<readonly unknown[]> => {
    const call = { method: 'GET', path, endpoint, query: { next_cursor: 'MA==' }, safe: true } as const
    const reply = await clob.sendPrivate(call, signalOf(visit.options))
    if (reply.status < 200 || reply.status > 299) throw readFailure(reply, endpoint)
    return listIn(reply.json, 'data').slice(0, 20)
  }
  return [
    { name: 'order', known: knownOrder, objects: await rows('/data/orders', 'list_orders') },
    { name: 'trade', known: knownTrade, objects: await rows('/data/trades', 'list_trades') },
  ]
}
