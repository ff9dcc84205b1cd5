import type { Recorded, Steps } from './record-sessions.ts'

const kalshiBuy = { quantity: '10', price: '0.45' } as const
const polymarketBuy = { outcome: 'no', quantity: '10', price: '0.40' } as const
const kalshiBook = (offered: string): Steps['book'] => ({ bids: [['0.43', '50']], asks: [['0.45', offered]] })
// Bids for YES at 0.60 are offers of NO at 0.40.
const polymarketBook = (offered: string): Steps['book'] => ({ bids: [['0.60', offered]], asks: [['0.62', '50']] })

/** Sessions of one venue each, on a day of their own each. */
const parts: Readonly<Record<string, Steps>> = {
  'kalshi-bought': { venue: 'kalshi', book: kalshiBook('50'), order: kalshiBuy },
  'kalshi-bought-in-part': { venue: 'kalshi', book: kalshiBook('6'), order: kalshiBuy },
  // Looked at once more when the match is final.
  'polymarket-bought': {
    venue: 'polymarket',
    book: polymarketBook('50'),
    order: polymarketBuy,
    updateAfterMs: 60_000,
  },
  'polymarket-lost': {
    venue: 'polymarket',
    book: polymarketBook('50'),
    order: polymarketBuy,
    fault: { endpoint: 'place_order', times: 1, fault: 'drop_response' },
  },
}

export async function recordParts(recorded: Recorded): Promise<void> {
  for (const [name, steps] of Object.entries(parts)) await recorded.record(name, steps)
}
