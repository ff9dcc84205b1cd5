import { expect } from 'chai'
import { VirtualClock } from '../../src/runtime/clock.ts'
import { createRuntime } from '../../src/runtime/runtime.ts'

describe('runtime', () => {
  it('repeats its ids from its seed', () => {
    const first = createRuntime()
    const again = createRuntime({ seed: first.seed })
    const draw = ({ ids }: typeof first) => [ids.uuid(), ids.short('o'), ids.uuid()]
    expect(draw(again)).to.deep.equal(draw(first))
  })

  it('keeps ids apart from other draws of the same seed', () => {
    const [plain, drained] = [createRuntime({ seed: 'x' }), createRuntime({ seed: 'x' })]
    drained.random.bytes(1000)
    expect(drained.ids.uuid()).to.equal(plain.ids.uuid())
  })

  it('draws other ids with every fresh seed', () => {
    expect(createRuntime().ids.uuid()).to.not.equal(createRuntime().ids.uuid())
  })

  it('makes version 4 UUIDs and short ids to paste', () => {
    const { ids } = createRuntime({ seed: 'x' })
    expect(ids.uuid()).to.match(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(ids.short('o')).to.match(/^o-[0-9a-f]{12}$/)
  })

  it('never repeats an id within a run', () => {
    const { ids } = createRuntime({ seed: 'x' })
    expect(new Set(Array.from({ length: 10_000 }, () => ids.uuid())).size).to.equal(10_000)
  })

  it('takes the clock it is given', () => {
    expect(createRuntime({ clock: new VirtualClock(7) }).clock.nowMs()).to.equal(7)
  })
})
