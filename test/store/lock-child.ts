import { appendFileSync, readFileSync } from 'node:fs'
import { withLock } from '../../src/store/lock.ts'

// lock-child.ts LOCK hold            takes the lock, says so, and never lets go
// lock-child.ts LOCK count FILE N    adds N times one to the number of lines in FILE, reading before each write
const [lock = '', mode, file = '', times = '0'] = process.argv.slice(2)

if (mode === 'hold') {
  await withLock(lock, () => {
    process.stdout.write('held\n')
    // A timer keeps the process alive: the lock does not.
    return new Promise((resolve) => setTimeout(resolve, 60_000))
  })
} else {
  for (let n = 0; n < Number(times); n++) {
    await withLock(lock, async () => {
      const before = readFileSync(file, 'utf8')
      await new Promise((resolve) => setImmediate(resolve))
      if (readFileSync(file, 'utf8') !== before) throw new Error('somebody else was inside')
      appendFileSync(file, 'x')
    })
  }
}
