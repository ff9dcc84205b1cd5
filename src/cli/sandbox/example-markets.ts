/** Markets and names for the examples in help texts. The sandbox lists these markets until 2029, whatever its seed. */
export const exampleMarket = {
  kalshi: 'kalshi:KXHOUSE-28-D',
  polymarket: 'polymarket:republicans-at-most-50-senate-seats-after-2028',
} as const

/** Two markets of the sandbox that pay alike. The hash stands in for that of their texts. */
export const examplePair = {
  first: 'kalshi:KXSB-28-KC',
  second: 'polymarket:will-the-chiefs-win-super-bowl-2028',
  hash: '3b1f00c2a95d',
} as const

/** Stand-ins in examples for what only the reader has. */
export const exampleOrder = 'o-3f2a9c41d07b'
export const otherExampleOrder = 'o-8d40b7e6a915'
export const exampleRecording = 'kalshi-partial-fill'
