import { ToolkitError } from '../../src/domain/errors.ts'
import { openLedger } from '../../src/store/open-ledger.ts'
import { ledgerOptions, submitted } from './support.ts'

// full-disk-child.ts DIR    appends orders until the disk is full; says which error that was, and how many stand
const [dataDir = ''] = process.argv.slice(2)
const ledger = await openLedger(ledgerOptions(dataDir))
let written = 0
for (;;) {
  try {
    await ledger.append(submitted(`o-${written}`))
    written++
  } catch (error) {
    if (!(error instanceof ToolkitError)) throw error
    process.stdout.write(`${error.code} ${written}\n`)
    break
  }
}
