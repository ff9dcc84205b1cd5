import { negateMoney, subtractMoney } from '../domain/amounts.ts'
import type { TransferCommand, TransferResult } from './commands.ts'
import { type Core, drawId } from './core.ts'
import { addCash, cashOf, reservedCash } from './ledger.ts'
import type { Transfer } from './model.ts'
import { refuse } from './place.ts'

/** Takes cash out of one pool, on its way to another. Only what no resting order ties up can go. */
export function transfer(core: Core, command: TransferCommand): TransferResult {
  const account = core.accounts.get(command.account)
  if (account === undefined) return refuse('account_not_found', `no account ${command.account}`)
  const { from, to, amount, clientId } = command
  if (amount <= 0n || from === to) return refuse('bad_request', 'a transfer needs two pools and an amount')
  if (!account.cash.has(from)) return refuse('pool_not_found', `no pool ${from}`)
  const used = core.transfers.some((each) => each.account === account.id && each.clientId === clientId)
  if (clientId !== null && used) return refuse('duplicate_transfer', `transfer ${clientId} was made before`)
  const free = subtractMoney(cashOf(account, from), reservedCash(core, account, from))
  if (free < amount) return refuse('insufficient_cash', 'not enough free cash in the pool')
  addCash(account, from, negateMoney(amount))
  const made: Transfer = {
    id: drawId(core, 'transfer', core.transfers.length + 1),
    clientId,
    account: account.id,
    from,
    to,
    amount,
    createdMs: core.nowMs,
    arrivesMs: core.nowMs + command.delayMs,
    arrived: false,
  }
  core.transfers.push(made)
  return { kind: 'transferred', transfer: made }
}

/** The cash reaches its pool; one that the account did not have is set up by it. */
export function landTransfer(core: Core, made: Transfer): void {
  const index = core.transfers.indexOf(made)
  core.transfers[index] = { ...made, arrived: true }
  const account = core.accounts.get(made.account)
  if (account !== undefined) addCash(account, made.to, made.amount)
}
