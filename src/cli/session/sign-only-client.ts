import type { Amends, VenueClient } from '../../domain/venue.ts'

/**
 * A client that signs orders and keeps them back: the whole of a dry run. Reads pass through, so that it is judged by the
 * same market data; what would change anything at the venue does not.
 */
export function signOnlyClient(client: VenueClient): VenueClient {
  return {
    venue: client.venue,
    capabilities: client.capabilities,
    listMarkets: (query, options) => client.listMarkets(query, options),
    getMarket: (symbol, options) => client.getMarket(symbol, options),
    getBook: (market, options) => client.getBook(market, options),
    getFees: (market, options) => client.getFees(market, options),
    getReady: () => client.getReady(),
    prepareOrder: (approved, market) => client.prepareOrder(approved, market),
    ...(client.amends === undefined ? {} : { amends: withheldAmends(client.amends) }),
    placeOrder: () => Promise.resolve({ kind: 'withheld' }),
    cancelOrder: () => Promise.resolve({ kind: 'refused', code: 'DRY_RUN', message: 'A dry run cancels nothing.' }),
    cancelAll: () => Promise.resolve({ cancelled: 0 }),
    getOrder: (order, market, options) => client.getOrder(order, market, options),
    clientOrderIdOf: (venueOrderId, options) => client.clientOrderIdOf(venueOrderId, options),
    findOrder: (order, market, options) => client.findOrder(order, market, options),
    listOpenOrders: (options) => client.listOpenOrders(options),
    listFills: (query, options) => client.listFills(query, options),
    listPositions: (options) => client.listPositions(options),
    getBalance: (options) => client.getBalance(options),
    getSettlement: (market, options) => client.getSettlement(market, options),
  }
}

function withheldAmends(amends: Amends): Amends {
  return {
    prepareAmend: (approved, order, market) => amends.prepareAmend(approved, order, market),
    amendOrder: () => Promise.resolve({ kind: 'withheld' }),
    decreaseOrder: () => Promise.resolve({ kind: 'withheld' }),
    findAmend: (order, market, options) => amends.findAmend(order, market, options),
  }
}
