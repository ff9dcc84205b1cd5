/** Markets and names for the examples in help texts. The sandbox lists these markets until 2029, whatever its seed. */
export const exampleMarket = {
  kalshi: 'kalshi:KXHOUSE-28-D',
  polymarket: 'polymarket:republicans-at-most-50-senate-seats-after-2028',
} as const

/** Stand-ins in examples for what only the reader has. */
export const exampleOrder = 'o-3f2a9c41d07b'
export const otherExampleOrder = 'o-8d40b7e6a915'
export const exampleRecording = 'kalshi-partial-fill'
