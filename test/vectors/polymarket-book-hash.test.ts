import { expect } from 'chai'
import { bookHash, hashedBookText } from '../../src/clients/polymarket/book-hash.ts'
import { describeVectors, eachCase } from './folder.ts'

interface Case {
  readonly book: { readonly hash: string }
  readonly preimage: string
  readonly hash: string
}

describeVectors<{ cases: readonly Case[] }>('polymarket-book-hash', ['meta'], ({ cases }) => {
  it('are what we make of the books', () =>
    eachCase(cases, ({ book, preimage, hash }) => {
      expect(hashedBookText(book)).to.equal(preimage)
      expect(bookHash(book)).to.equal(hash)
      expect(book.hash).to.equal(hash)
    }))
})
