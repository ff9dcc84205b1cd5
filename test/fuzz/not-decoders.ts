/** Files whose exports are parts of the schemas of others, and are tried through them. */
const parts: readonly string[] = [
  'store/amount-schema.ts',
  ...['parts', 'entry-schema', 'command-schema', 'snapshot-schema'].map((name) => `sandbox/saved/${name}.ts`),
]

export function isPart(one: string): boolean {
  return parts.includes(one.split('#')[0] ?? '')
}

const walk = 'reads from a venue, page by page, what the decoders of pages make of it'
const code = 'loads code, and no data'
const throughJournal = 'walks the records that journal.segment decodes'
const inRequest = 'reads one word of a request by a pattern; null or a refusal for anything else'
const throughMarket = 'reads the line that catalogue.market decodes, at a place from a file with a checksum'

/** What has the name of a decoder and is none, or is tried through another, and why. */
export const elsewhere: Readonly<Record<string, string>> = {
  'clients/kalshi/limits.ts#readLimits': 'asks a venue; its schemas are made of the integers of clients.amounts',
  'clients/kalshi/pages.ts#readAll': walk,
  'clients/kalshi/pages.ts#readWhole': walk,
  'clients/polymarket/clob.ts#readReply': 'is decodeWith for a reply',
  'clients/polymarket/order-reads.ts#readOrderReport': walk,
  'clients/index.ts#loadImpliedOrderIds': code,
  'clients/index.ts#readTape': 'plays frames that frame.* decodes',
  'clients/polymarket/order-ids.ts#loadOrderIds': code,
  'cli/replay/replay-session.ts#loadUndamaged': 'is loadRecording and verifyRecording, which recording.folder tries',
  'clients/polymarket/evm.ts#loadEvm': code,
  'clients/polymarket/secp256k1.ts#loadCurve': code,
  'clients/polymarket/secp256k1.ts#loadEthersCurve': code,
  'clients/polymarket/secp256k1.ts#loadWasmCurve': code,
  'store/audit.ts#readAudit': throughJournal,
  'store/read-from.ts#readFrom': throughJournal,
  'store/read-from.ts#readToEnd': throughJournal,
  'store/torn-tail.ts#readTail': 'reads bytes as they are',
  'store/catalogue-files.ts#readListing': throughMarket,
  'store/catalogue-files.ts#readMarkets': throughMarket,
  'store/read-journal.ts#readHeaderLine': throughJournal,
  'clients/kalshi/write-call.ts#readAnswer': 'is decodeWith for a reply',
  'clients/polymarket/resolution.ts#readResolution': walk,
  'store/codec.ts#approvedPairSchema': throughJournal,
  'store/codec.ts#rejectedPairSchema': throughJournal,
  'store/codec.ts#ignoredOrderSchema': throughJournal,
  'sandbox/kalshi/change-order.ts#readBatch': 'is readBody, and a list',
  'sandbox/kalshi/create-order.ts#readAnyCount': inRequest,
  'sandbox/kalshi/create-order.ts#readPrice': inRequest,
  'sandbox/kalshi/pages.ts#readLimit': inRequest,
  'sandbox/kalshi/pages.ts#readList': inRequest,
  'sandbox/kalshi/pages.ts#readSeconds': inRequest,
  'sandbox/polymarket/order-terms.ts#readTerms': 'judges an order that parseOrderBody has read',
  'sandbox/polymarket/paths.ts#decodeSegment': inRequest,
  'cli/drill/books.ts#readAccounts': 'reads what our own sandbox says',
}
