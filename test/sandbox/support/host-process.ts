import { systemClock } from '../../../src/runtime/clock.ts'
import { announceSandbox } from '../../../src/sandbox/discover.ts'
import { startSandbox } from '../../../src/sandbox/serve.ts'
import { kalshiMarkets } from './kalshi-http.ts'
import { smallCatalogue } from './small-catalogue.ts'

// A process of its own that hosts the sandbox until it is killed: `node --import tsx host-process.ts DATA_DIR`.
const [dataDir = ''] = process.argv.slice(2)
startSandbox({ dataDir, clock: systemClock, createCatalogue: () => smallCatalogue(kalshiMarkets) }).then((sandbox) => {
  announceSandbox(dataDir, sandbox)
  process.stdout.write('ready\n')
})
