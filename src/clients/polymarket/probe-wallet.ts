import { formatAmount, parseMoney } from '../../domain/amounts.ts'
import { type Finding, failed, failureOf, memberOf, passed, warned } from '../probe.ts'
import type { PolymarketAccount } from './account.ts'
import type { Clob } from './clob.ts'
import { exchanges } from './contracts.ts'
import { readFailure } from './errors.ts'
import { signalOf, type Visit } from './probe-visit.ts'

const walletKinds = ['EOA', 'proxy wallet', 'Safe', 'deposit wallet'] as const

/** Who may spend the wallet's pUSD when it buys. Source: Polymarket's approval pages, read 2026-10. */
const spenders: readonly (readonly [name: string, address: string])[] = [
  ['standard markets', exchanges.v2],
  ['neg-risk markets', exchanges.v2NegRisk],
  ['Protocol V2 markets', exchanges.v3],
]

interface Collateral {
  readonly balance: string
  /** Names of the markets whose exchange may not spend, out of `spenders`. */
  readonly lacking: readonly string[]
}

/** What the wallet is, whether it can be there, and whether the exchanges may spend from it. */
export async function* probeWallet(visit: Visit, clob: Clob): AsyncGenerator<Finding> {
  try {
    const account = await clob.getAccount()
    const collateral = await readCollateral(visit, clob, account)
    yield walletFinding(account, collateral)
    yield allowanceFinding(collateral)
  } catch (error) {
    yield failureOf('polymarket.wallet', error)
  }
}

async function readCollateral({ options }: Visit, clob: Clob, account: PolymarketAccount): Promise<Collateral> {
  const query = { asset_type: 'COLLATERAL', signature_type: String(account.signatureType) }
  const call = { method: 'GET', path: '/balance-allowance', query, endpoint: 'get_balance', safe: true } as const
  const reply = await clob.sendPrivate(call, signalOf(options))
  if (reply.status < 200 || reply.status > 299) throw readFailure(reply, 'get_balance')
  const allowed = allowancesIn(memberOf(reply.json, 'allowances'))
  return {
    balance: dollarsOf(memberOf(reply.json, 'balance')),
    lacking: spenders.flatMap(([name, address]) => (allowed.has(address.toLowerCase()) ? [] : [name])),
  }
}

/** Addresses, in lower case, that may spend something. */
function allowancesIn(allowances: unknown): ReadonlySet<string> {
  if (typeof allowances !== 'object' || allowances === null) return new Set()
  return new Set(
    Object.entries(allowances).flatMap(([address, amount]) =>
      /^0*$/.test(String(amount)) ? [] : [address.toLowerCase()],
    ),
  )
}

/** Balances are whole millionths of a dollar. */
function dollarsOf(micros: unknown): string {
  const digits = String(micros).padStart(7, '0')
  if (!/^\d{7,30}$/.test(digits)) return 'an unreadable balance'
  return `$${formatAmount(parseMoney(`${digits.slice(0, -6)}.${digits.slice(-6)}`))}`
}

/**
 * A wallet that was never deployed cannot have approved anything, so an approval proves that it stands. Nothing that the
 * venue serves proves the contrary.
 */
function walletFinding(
  { funder, address, signatureType }: PolymarketAccount,
  { balance, lacking }: Collateral,
): Finding {
  const check = 'polymarket.wallet'
  const kind = walletKinds[signatureType]
  const held = `${kind} ${funder} (type ${signatureType}) holds ${balance} in pUSD`
  if (signatureType === 0) {
    return funder === address
      ? passed(check, `${held}; accounts made since May 2026 trade through a deposit wallet (type 3) instead`)
      : warned(check, `${held}, but is not the signing address ${address}`)
  }
  if (lacking.length < spenders.length) return passed(check, `${held}; its approvals show that it is deployed`)
  return warned(
    check,
    `${held}; nothing shows that it is deployed, and orders of a wallet that is not are refused`,
    'Make one small trade on the website, which deploys the wallet and approves the exchanges.',
  )
}

function allowanceFinding({ lacking }: Collateral): Finding {
  const check = 'polymarket.allowances'
  if (lacking.length === 0) return passed(check, 'every exchange may spend the pUSD of this wallet')
  const remedy = 'Approve pUSD for the exchange on the website; crosstape never sends transactions.'
  const message = `buying is not approved for ${lacking.join(', ')}`
  return lacking.length === spenders.length
    ? failed(check, 'configuration', `${message}: no order to buy will be taken`, remedy)
    : warned(check, message, remedy)
}
