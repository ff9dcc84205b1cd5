import { getEventListeners } from 'node:events'
import { expect } from 'chai'
import { linkedAbort } from '../../src/runtime/abort.ts'

describe('a linked abort', () => {
  it('comes with the outer one', () => {
    const outer = new AbortController()
    const { signal } = linkedAbort(outer.signal)
    outer.abort()
    expect(signal.aborted).to.equal(true)
  })

  it('has come where the outer one came before', () => {
    expect(linkedAbort(AbortSignal.abort()).signal.aborted).to.equal(true)
  })

  it('leaves the outer one alone when it comes by itself', () => {
    const outer = new AbortController()
    const inner = linkedAbort(outer.signal)
    inner.abort()
    expect([inner.signal.aborted, outer.signal.aborted]).to.deep.equal([true, false])
  })

  it('leaves nothing behind in the outer one once it is let go', () => {
    const outer = new AbortController()
    linkedAbort(outer.signal).release()
    expect(getEventListeners(outer.signal, 'abort')).to.deep.equal([])
  })

  it('stands alone without an outer one', () => {
    const inner = linkedAbort(undefined)
    inner.abort()
    inner.release()
    expect(inner.signal.aborted).to.equal(true)
  })
})
