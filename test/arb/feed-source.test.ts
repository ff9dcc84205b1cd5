import { expect } from 'chai'
import { pushSource } from '../../src/arb/feed-source.ts'
import { turn } from '../../src/runtime/clock.ts'
import { TimedClock } from '../support/timed-clock.ts'

describe('the wait for news of books that come by themselves', () => {
  const feed = { book: () => null, onChange: () => () => undefined }
  const never = new AbortController().signal

  async function waits(clock: TimedClock): Promise<{ wake(): void; isOver(): Promise<boolean> }> {
    const source = pushSource(feed, clock)
    // Books that were there before are worth a first look.
    await source.next(never)
    let isOver = false
    void source.next(never).then(() => {
      isOver = true
    })
    return {
      wake: () => source.wake(),
      isOver: async () => {
        await turn()
        return isOver
      },
    }
  }

  it('ends when somebody says that there is something to look at', async () => {
    const waiting = await waits(new TimedClock())
    expect(await waiting.isOver()).to.equal(false)
    waiting.wake()
    expect(await waiting.isOver()).to.equal(true)
  })

  it('ends without news after a second, since time changes what pays, too', async () => {
    const clock = new TimedClock()
    const waiting = await waits(clock)
    clock.advance(999)
    expect(await waiting.isOver()).to.equal(false)
    clock.advance(1_000)
    expect(await waiting.isOver()).to.equal(true)
  })
})
