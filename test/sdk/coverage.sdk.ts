import { expect } from 'chai'
import { installSdks } from '../../scripts/official-sdks.ts'
import { calledOn, methodsOf } from './support/calls.ts'

type SdkClass = { readonly prototype: object }
type Reasons = Readonly<Record<string, string>>

const otherParties = 'requests for quotes and block trades need a second party; they are not part of this sandbox'
const brokers = 'for brokers that clear for others (FCM), not for traders'
const oneSubaccount = 'the sandbox has the primary subaccount only'
const noFeeds = 'data beside the markets (scores, weather, structured targets), of which the sandbox has none'

/** What is not served, and why. A method that the SDK gains belongs here or into a test. */
const kalshiLeftOut: Reasons = {
  'CommunicationsApi.*': otherParties,
  'FcmApi.*': brokers,
  'LiveDataApi.*': noFeeds,
  'PortfolioApi.applySubaccountTransfer': oneSubaccount,
  'PortfolioApi.createSubaccount': oneSubaccount,
  'PortfolioApi.updateSubaccountNetting': oneSubaccount,
  'PortfolioApi.setTargetBalanceAllocation': 'automatic rebalancing between shards is not simulated',
  'EventsApi.getEventForecastPercentilesHistory': 'forecasts are not simulated',
  'MultivariateApi.createMarketInMultivariateEventCollection': 'the catalogue is fixed: no market can be added',
}

const relayer = 'credentials for the relayer, which is not part of this sandbox'
const noShape = 'what the venue answers is not established'

const polymarketLeftOut: Reasons = {
  createBuilderApiKey: relayer,
  getBuilderApiKeys: relayer,
  revokeBuilderApiKey: relayer,
  getBuilderTrades: 'orders do not keep the builder that they name',
  getMarketTradesEvents: noShape,
  getNotifications: noShape,
  dropNotifications: noShape,
}

/** Parts of the client that are public in JavaScript only. */
const polymarketInner = [
  'adjustBuyAmountForBalance',
  'canL1Auth',
  'canL2Auth',
  'del',
  'ensureBuilderFeeRateCached',
  'get',
  'getBuilderTakerFeeRate',
  'isBuilderOrder',
  'post',
  'resolveVersion',
  'throwIfError',
]

interface Tally {
  readonly sdk: string
  readonly called: readonly string[]
  readonly leftOut: readonly string[]
  readonly forgotten: readonly string[]
  /** Excuses for what has been called, or is not there. */
  readonly idle: readonly string[]
}

function tally(sdk: string, methods: readonly string[], called: (method: string) => boolean, excuses: Reasons): Tally {
  const excuseOf = (method: string): string | null =>
    Object.keys(excuses).find((one) => one === method || (one.endsWith('.*') && method.startsWith(one.slice(0, -1)))) ??
    null
  const rest = methods.filter((method) => !called(method))
  const used = new Set(rest.map(excuseOf))
  return {
    sdk,
    called: methods.filter(called),
    leftOut: rest.filter((method) => excuseOf(method) !== null),
    forgotten: rest.filter((method) => excuseOf(method) === null),
    idle: Object.keys(excuses).filter((one) => !used.has(one)),
  }
}

async function tallies(): Promise<readonly Tally[]> {
  const sdks = await installSdks()
  const { dependencies }: { readonly dependencies: Reasons } = sdks.require('./package.json')
  const versionOf = (name: string): string => `${name} ${dependencies[name] ?? ''}`
  const kalshi: Readonly<Record<string, SdkClass>> = sdks.require('kalshi-typescript')
  const { ClobClient }: { readonly ClobClient: SdkClass } = sdks.require('@polymarket/clob-client-v2')
  const kalshiMethods = Object.entries(kalshi)
    .filter(([name]) => name.endsWith('Api'))
    .flatMap(([name, type]) => methodsOf(type).map((method) => `${name}.${method}`))
  const clobMethods = methodsOf(ClobClient).filter((method) => !polymarketInner.includes(method))
  return [
    tally(
      versionOf('kalshi-typescript'),
      kalshiMethods,
      (method) => calledOn(method.split('.')[0] ?? '').has(method.split('.')[1] ?? ''),
      kalshiLeftOut,
    ),
    tally(
      versionOf('@polymarket/clob-client-v2'),
      clobMethods,
      (method) => calledOn('ClobClient').has(method),
      polymarketLeftOut,
    ),
  ]
}

/** Runs last: what the files before it called, against all there is to call. */
describe('coverage of the official SDKs', () => {
  let all: readonly Tally[]

  before(async () => {
    all = await tallies()
  })

  after(() => {
    for (const { sdk, called, leftOut } of all) {
      console.log(`\n  ${sdk} traded on the sandbox: ${called.length} methods called, ${leftOut.length} left out:`)
      for (const [what, why] of reasons(leftOut)) console.log(`    ${why}: ${what.join(', ')}`)
    }
  })

  function reasons(methods: readonly string[]): readonly (readonly [methods: readonly string[], why: string])[] {
    const excuses: Reasons = { ...kalshiLeftOut, ...polymarketLeftOut }
    const byReason = new Map<string, string[]>()
    for (const method of methods) {
      const why = excuses[method] ?? excuses[`${method.split('.')[0]}.*`] ?? ''
      byReason.set(why, [...(byReason.get(why) ?? []), method])
    }
    return [...byReason].map(([why, what]) => [what, why])
  }

  it('every method is called by a test, or left out for a reason', () => {
    expect(all.map(({ sdk, forgotten }) => ({ sdk, forgotten }))).to.deep.equal(
      all.map(({ sdk }) => ({ sdk, forgotten: [] })),
    )
  })

  it('nothing is excused that is called', () => {
    expect(all.flatMap(({ idle }) => idle)).to.deep.equal([])
  })
})
