import { access } from 'node:fs/promises'
import { type Finding, failureOf, passed, skipped, warned } from '../../clients/probe.ts'
import { formatAmount, type Money } from '../../domain/amounts.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { Limits } from '../../safeguards/limits.ts'
import { journalDirectory } from '../../store/directories.ts'
import { readHalt } from '../../store/halt.ts'
import type { LedgerState } from '../../store/ledger.ts'
import { openLedger } from '../../store/open-ledger.ts'
import { nettingOf } from '../config/netting.ts'
import type { Settings } from '../config/settings.ts'
import { count } from '../views/document.ts'
import { dollars } from '../views/dollars.ts'

/** What stands between an order and a venue here: limits, the kill switch, and what the journal still has open. */
export async function* examineSafeguards(settings: Settings, clock: Clock): AsyncGenerator<Finding> {
  yield passed('safeguards.limits', limitsText(settings.limits))
  const halt = await readHalt(settings.dataDir)
  yield halt === null
    ? passed('safeguards.kill-switch', 'orders may be placed')
    : warned('safeguards.kill-switch', `halted: ${halt.reason}`, 'To go on: crosstape safeguards resume')
  yield* examineJournal(settings, clock)
}

function limitsText(limits: Limits): string {
  const most = (amount: Money | null): string => (amount === null ? 'no limit' : dollars(formatAmount(amount)))
  return [
    `limits in force: an order ${most(limits.minNotional)} to ${most(limits.maxNotional)}`,
    `slippage ${formatAmount(limits.maxSlippage)}`,
    `exposure ${most(limits.maxExposure)}`,
    `daily loss ${most(limits.maxDailyLoss)}`,
    `session budget ${most(limits.sessionBudget)}`,
  ].join(', ')
}

async function* examineJournal({ dataDir, environment }: Settings, clock: Clock): AsyncGenerator<Finding> {
  const check = 'safeguards.journal'
  try {
    await access(journalDirectory(dataDir, environment))
  } catch {
    // Opening would make it: that is for the first command that has something to write.
    yield skipped(check, `no journal of ${environment} yet; the first command makes it`)
    return
  }
  const warnings: string[] = []
  try {
    const ledger = await openLedger({
      dataDir,
      environment,
      clock,
      nettingOf,
      onWarning: (text) => warnings.push(text),
    })
    const { state } = ledger
    await ledger.close()
    const told = `the journal of ${environment} is readable, ${count(state.seq, 'record')}`
    yield warnings.length === 0 ? passed(check, told) : warned(check, `${told}. ${warnings.join(' ')}`)
    yield unsettledFinding(state)
  } catch (error) {
    yield failureOf(check, error)
  }
}

function unsettledFinding({ openOrders }: LedgerState): Finding {
  const check = 'safeguards.unsettled'
  const unknown = [...openOrders.values()].filter(({ status }) => status === 'unknown' || status === 'submitted')
  if (unknown.length === 0) return passed(check, 'every order has a known outcome')
  const which = `${count(unknown.length, 'order')} with an unknown outcome, counted at their worst`
  return warned(check, which, 'Run: crosstape positions reconcile')
}
