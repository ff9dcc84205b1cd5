import { systemClock } from '../../src/runtime/clock.ts'
import { announceSandbox } from '../../src/sandbox/discover.ts'
import { startSandbox } from '../../src/sandbox/serve.ts'

// host-child.ts DIR    hosts the sandbox of a folder until it is killed
const [dataDir = ''] = process.argv.slice(2)
announceSandbox(dataDir, await startSandbox({ dataDir, clock: systemClock }))
process.stdout.write('ready\n')
