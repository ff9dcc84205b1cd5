/** Events as a person writes them for the sandbox, with one market each unless told otherwise. */
export function kalshiEntry(changes: object = {}): Record<string, unknown> {
  return {
    venue: 'kalshi',
    ticker: 'KXNEW-27',
    series: { ticker: 'KXNEW' },
    title: 'What is new in 2027?',
    life: { close: '2027-12-31T00:00:00Z' },
    markets: [
      {
        key: 'T5',
        title: 'More than five?',
        label: 'Above 5',
        claim: 'there are more than five',
        chance: 6_000,
        strike: { type: 'greater', floor: '5' },
      },
    ],
    ...changes,
  }
}

export function polymarketEntry(changes: object = {}): Record<string, unknown> {
  return {
    venue: 'polymarket',
    slug: 'new-in-2027',
    title: 'What is new in 2027?',
    fees: 'politics',
    tags: ['News'],
    life: { close: '2027-12-31T00:00:00Z' },
    markets: [{ key: 'more-than-five-in-2027', title: 'More than five?', rules: 'Yes if there are more than five.' }],
    ...changes,
  }
}
