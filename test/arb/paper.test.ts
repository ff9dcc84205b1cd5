import { expect } from 'chai'
import { PaperFeed } from '../../src/arb/paper-feed.ts'
import type { ArbBook, ArbFeed } from '../../src/arb/ports.ts'
import { parsePrice, parseQuantity } from '../../src/domain/amounts.ts'
import { arbBook, firstMarket } from './support.ts'

type Rows = readonly (readonly [string, string])[]

describe('a feed on paper', () => {
  /** A tape that shows one book, until it shows another one. */
  function aTape(asks: Rows): { feed: ArbFeed; show(asks: Rows): void } {
    let book: ArbBook = arbBook({ asks })
    const listeners: ((changed: ArbBook) => void)[] = []
    return {
      feed: {
        book: () => book,
        onChange: (listener) => {
          listeners.push(listener)
          return () => undefined
        },
      },
      show: (next) => {
        book = arbBook({ asks: next })
        for (const listener of listeners) listener(book)
      },
    }
  }
  const asksOf = (feed: ArbFeed): unknown => feed.book(firstMarket.id)?.asks
  const level = (price: string, quantity: string) => ({ price: parsePrice(price), quantity: parseQuantity(quantity) })

  it('sells no contract twice while the tape shows its level', () => {
    const tape = aTape([['0.40', '20']])
    const paper = new PaperFeed(tape.feed)
    paper.take(firstMarket.id, 'ask', [level('0.40', '15')])
    expect(asksOf(paper)).to.deep.equal([level('0.40', '5')])
    tape.show([['0.40', '18']])
    expect(asksOf(paper)).to.deep.equal([level('0.40', '3')])
    tape.show([['0.40', '15']])
    expect(asksOf(paper)).to.deep.equal([])
  })

  it('takes a level for new once it was gone', () => {
    const tape = aTape([['0.40', '20']])
    const paper = new PaperFeed(tape.feed)
    paper.take(firstMarket.id, 'ask', [level('0.40', '20')])
    tape.show([])
    tape.show([['0.40', '20']])
    expect(asksOf(paper)).to.deep.equal([level('0.40', '20')])
  })

  it('tells whoever listens that a trade on paper changed a book', () => {
    const paper = new PaperFeed(aTape([['0.40', '20']]).feed)
    const heard: unknown[] = []
    paper.onChange(({ asks }) => heard.push(asks))
    paper.take(firstMarket.id, 'ask', [level('0.40', '20')])
    expect(heard).to.deep.equal([[]])
  })
})
