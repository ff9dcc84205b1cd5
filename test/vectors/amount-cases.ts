import { expect } from 'chai'
import { type AmountsOrRefusal, isKnownTick } from '../../src/clients/polymarket/amounts.ts'
import { AmountError, type Price, parsePrice, parseQuotedPrice } from '../../src/domain/amounts.ts'

/** Integers of a millionth, as text. */
export interface WrittenAmounts {
  readonly makerAmount: string
  readonly takerAmount: string
}

/** What an official SDK did with an order. */
export type SdkResult = WrittenAmounts | { readonly rejected: string }

/** Decimals of the amounts by tick. */
export type RoundingTable = Readonly<
  Record<string, { readonly price: number; readonly size: number; readonly amount: number }>
>

export interface AmountCase {
  readonly kind: string
  readonly tickSize: string
  readonly side: string
  readonly price: string
  readonly priceOnTickGrid: boolean
}

export function sideOf(one: { readonly side: string }): 'buy' | 'sell' {
  if (one.side !== 'BUY' && one.side !== 'SELL') throw new Error(`an unknown side: ${one.side}`)
  return one.side === 'BUY' ? 'buy' : 'sell'
}

/** Null for a text that is no price at all. */
export function priceOf(one: { readonly price: string }): Price | null {
  try {
    return parseQuotedPrice(one.price)
  } catch (error) {
    if (error instanceof AmountError) return null
    throw error
  }
}

export function written(amounts: AmountsOrRefusal): WrittenAmounts {
  if ('refused' in amounts) throw new Error(amounts.refused)
  return { makerAmount: String(amounts.makerAmount), takerAmount: String(amounts.takerAmount) }
}

/** Whether two results are the same, without an error when they are not. */
export function same(a: SdkResult, b: SdkResult | undefined): boolean {
  if (b === undefined) return false
  if ('rejected' in a || 'rejected' in b) return false
  // All four are read whatever the first comparison says.
  const equal = [a.makerAmount === b.makerAmount, a.takerAmount === b.takerAmount]
  return equal.every(Boolean)
}

export function expectKnownTicks(decimals: RoundingTable): void {
  for (const [tick, places] of Object.entries(decimals)) {
    expect(isKnownTick(parsePrice(tick)), tick).to.equal(true)
    const ofTick = tick.split('.')[1]?.length ?? 0
    expect(places, tick).to.deep.equal({ price: ofTick, size: 2, amount: ofTick + 2 })
  }
}

/**
 * What an SDK makes of a price off the grid: it rejects it and says so, or it signs another price, one of the two with the
 * tick's decimals that are next to it.
 */
export function expectSdkToRoundOrReject(
  result: SdkResult,
  one: AmountCase,
  decimals: RoundingTable,
  amountsAt: (neighbour: { readonly price: Price; readonly tick: Price }) => AmountsOrRefusal,
): void {
  if ('rejected' in result) {
    const named = [one.price, one.tickSize].some((text) => result.rejected.includes(text))
    expect(named || result.rejected.includes('tick size'), result.rejected).to.equal(true)
    return
  }
  const places = decimals[one.tickSize]?.price
  if (places === undefined) throw new Error(`no decimals for the tick ${one.tickSize}`)
  const tick = parsePrice(`0.${'1'.padStart(places, '0')}`)
  const below = parsePrice(one.price) / tick
  const neighbours = [below, below + 1n]
    .map((ticks) => ticks * tick)
    .filter((price) => price > 0n && price < 1_000_000n)
  const possible = neighbours.map((price) => written(amountsAt({ price: price as Price, tick })))
  expect(possible).to.deep.include({ makerAmount: result.makerAmount, takerAmount: result.takerAmount })
}
