import { setHalt } from '../../src/store/halt.ts'

// halt-child.ts DIR    throws the kill switch
const [dataDir = ''] = process.argv.slice(2)
await setHalt(dataDir, { reason: 'no room', at: '2026-11-20T12:00:00Z', by: 'test' })
