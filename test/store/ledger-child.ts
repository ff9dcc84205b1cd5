import { systemClock } from '../../src/runtime/clock.ts'
import { openLedger } from '../../src/store/open-ledger.ts'
import { ledgerOptions, submitted } from './support.ts'

// ledger-child.ts DIR append NAME N     appends N orders named NAME-1, NAME-2, …, each in its own transaction, and closes
// ledger-child.ts DIR hang NAME         appends one order and then hangs inside a transaction, holding the lock
// ledger-child.ts DIR limit NAME N      appends up to N orders, but never while there are 10 in all
const [dataDir = '', mode = '', name = '', times = '0'] = process.argv.slice(2)

const ledger = await openLedger(
  ledgerOptions(dataDir, { clock: systemClock, onWarning: (text) => process.stderr.write(text) }),
)
if (mode === 'hang') {
  await ledger.append(submitted(`o-${name}`))
  process.stdout.write('appended\n')
  await ledger.transact(async () => {
    await new Promise((resolve) => setTimeout(resolve, 60_000))
    return { events: [], result: null }
  })
}
for (let n = 1; n <= Number(times); n++) {
  await ledger.transact((state) => {
    const room = mode !== 'limit' || state.openOrders.size < 10
    return { events: room ? [submitted(`o-${name}-${n}`)] : [], result: null }
  })
}
await ledger.close()
