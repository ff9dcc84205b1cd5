import { ToolkitError } from '../domain/errors.ts'
import type { SetBalanceStepCommand, SetFeesCommand, SetFeeWaiverCommand, SetMarketRateCommand } from './commands.ts'
import { type Core, findCatalogued } from './core.ts'

/** What the control interface may change about fees. Throws on bad input, as its other commands do. */
export function setFees(core: Core, { change }: SetFeesCommand): void {
  const { scope, ticker } = change
  const known = scope === 'series' ? core.catalogue.findSeries(ticker) : core.catalogue.findEvent('kalshi', ticker)
  if (known === null) throw wrong('TICKER_NOT_FOUND', `The sandbox has no Kalshi ${scope} ${ticker}.`)
  if (scope === 'series' && (change.type === null || change.multiplier === null)) {
    throw wrong('BAD_FEES', 'A change of a series names both type and multiplier.')
  }
  const id = `fee-change-${core.fees.changes.length + 1}`
  const changes = [...core.fees.changes, { ...change, id }].sort((a, b) => a.atMs - b.atMs)
  core.fees = { ...core.fees, changes }
}

export function setFeeWaiver(core: Core, { market, untilMs }: SetFeeWaiverCommand): void {
  if (findCatalogued(core, market)?.venue !== 'kalshi') {
    throw wrong('MARKET_NOT_FOUND', `The sandbox has no Kalshi market ${market}.`)
  }
  core.fees = { ...core.fees, waivers: { ...core.fees.waivers, [market]: untilMs } }
}

export function setMarketRate(core: Core, { market, rate }: SetMarketRateCommand): void {
  if (findCatalogued(core, market)?.venue !== 'polymarket') {
    throw wrong('MARKET_NOT_FOUND', `The sandbox has no Polymarket market ${market}.`)
  }
  core.fees = { ...core.fees, rates: { ...core.fees.rates, [market]: rate } }
}

export function setBalanceStep(core: Core, { account, step }: SetBalanceStepCommand): void {
  if (core.accounts.get(account)?.venue !== 'kalshi') {
    throw wrong('ACCOUNT_NOT_FOUND', `The sandbox has no Kalshi account ${account}.`)
  }
  if (step !== 100n && step !== 10_000n) throw wrong('BAD_STEP', 'A balance moves in 0.0001 or in 0.01 dollar.')
  core.fees = { ...core.fees, balanceSteps: { ...core.fees.balanceSteps, [account]: step } }
}

function wrong(code: string, message: string): ToolkitError {
  return new ToolkitError({ code, message, category: 'usage' })
}
