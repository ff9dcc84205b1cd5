import type { TextChange } from './bundle.ts'
import type { Invariant } from './violation.ts'

/** A mistake that somebody could make, as it would stand in the source. The simulation must notice each of them. */
export interface Mutant {
  readonly name: string
  /** What would go wrong with it. */
  readonly why: string
  readonly changes: readonly TextChange[]
}

const placeOrder = 'src/engine/place/place-order.ts'
const submitOrders = 'src/engine/place/submit-orders.ts'
const journal = 'src/store/journal.ts'
const pair = 'src/domain/pair.ts'

export const mutants: readonly Mutant[] = [
  {
    name: 'retry on timeout',
    why: 'an order without an answer is sent again',
    // Both keep it from that: an order does not come near what retries, which would leave it alone.
    changes: [
      {
        file: 'src/clients/http/transport.ts',
        from: "return !safe && meter?.priorityOf(call) !== 'cancel'",
        to: 'return false',
      },
      {
        file: 'src/clients/http/retry.ts',
        from: "return error.config?.crosstape?.safe === true && PASSING_FAILURES.has(error.code ?? '')",
        to: "return error.code === 'ECONNABORTED' || PASSING_FAILURES.has(error.code ?? '')",
      },
    ],
  },
  {
    name: 'journal after send',
    why: 'an order exists before its intent does',
    changes: [
      {
        file: submitOrders,
        from: "return { events: [...news, ...events], result: { kind: 'submitted', prepared, checkedAt } }",
        to: "return { events: [...news, ...events.slice(0, 0)], result: { kind: 'submitted', prepared, checkedAt } }",
      },
      {
        file: placeOrder,
        from: '      await journalPlacements(trading, [order], [placement])\n',
        to: `      const { intent } = order.approved
      await trading.ledger.append({ type: 'order.submitted', intent, venueOrderId: order.venueOrderId })
      await journalPlacements(trading, [order], [placement])\n`,
      },
    ],
  },
  {
    name: 'zero on error',
    why: 'an order without an answer is taken for one that is not there',
    changes: [
      {
        file: placeOrder,
        from: "[{ type: 'order.unknown', orderId, code: placement.code, reason: placement.message }]",
        to: "[{ type: 'order.rejected', orderId, code: placement.code, reason: placement.message }]",
      },
    ],
  },
  {
    name: 'duplicate taken for a refusal',
    why: 'an attempt that landed is forgotten because the second one was refused',
    changes: [
      {
        file: placeOrder,
        from: "{ type: 'order.unknown', orderId, code: 'DUPLICATE', reason: placement.message },",
        to: "{ type: 'order.rejected', orderId, code: 'DUPLICATE', reason: placement.message },",
      },
    ],
  },
  {
    name: 'dropped partial',
    why: 'what an order filled in part is never booked',
    changes: [
      {
        // What is merely booked late is found by the next reconcile, and does no harm.
        file: 'src/engine/settle/fill-news.ts',
        from: 'if (order.reversedFillIds.includes(fill.id)) return []',
        to: "if (order.reversedFillIds.includes(fill.id) || order.status === 'partially_filled') return []",
      },
    ],
  },
  {
    name: 'swapped legs',
    why: 'the excess of one leg is sold on the market of the other',
    changes: [
      {
        file: 'src/arb/execute-pair.ts',
        from: 'const legs: Legs = [outcomes[0].order, outcomes[1].order]',
        to: 'const legs: Legs = [outcomes[1].order, outcomes[0].order]',
      },
    ],
  },
  {
    name: 'unwind on a guess',
    why: 'a leg without an answer counts as a leg that bought nothing',
    changes: [
      { file: pair, from: 'if (unsettled.length > 0)', to: 'if (unsettled.length > 1)' },
      // The safeguard behind it would deny the sale.
      {
        file: 'src/safeguards/checks/frozen-trades.ts',
        from: "if (id === own) return status === 'frozen' || isWaiting(state, intent, id)",
        to: "if (id === own) return status === 'frozen' && isWaiting(state, intent, id)",
      },
    ],
  },
  {
    name: 'exposure without unknowns',
    why: 'orders without an answer do not count against the limit',
    changes: [
      {
        file: 'src/domain/exposure.ts',
        from: 'unknown = addMoney(unknown, amount)',
        to: 'unknown = addMoney(unknown, ZERO_MONEY)',
      },
    ],
  },
  {
    name: 'second leg for free',
    why: 'a leg is checked without the one before it',
    changes: [
      {
        file: submitOrders,
        from: 'const reserved = addMoney(...checked.map((each) => each.worst))',
        to: 'const reserved = ZERO_MONEY',
      },
    ],
  },
  {
    name: 'breaker counting rejections',
    why: 'a venue that refuses is taken for one that is not there',
    changes: [
      {
        file: 'src/clients/http/transport.ts',
        from: 'options.availabilityOf === undefined ? reply.status < 500 : options.availabilityOf(reply)',
        to: 'reply.status < 400',
      },
    ],
  },
  {
    name: 'halt not asked for',
    why: 'a thrown kill switch stops nobody',
    changes: [
      { file: 'src/safeguards/checks/kill-switch.ts', from: 'halted === null ? []', to: 'halted !== undefined ? []' },
    ],
  },
  {
    name: 'no lock',
    why: 'two processes decide on the same state',
    changes: [{ file: 'src/store/lock.ts', from: '  await acquire(path, waitLimitMs)\n', to: '' }],
  },
  {
    name: 'no sync',
    why: 'an intent is in the cache of the system when the order leaves',
    changes: [{ file: journal, from: '      await handle.datasync()\n', to: '' }],
  },
  {
    name: 'nameless journal',
    why: 'the journal is synced and its name is not',
    changes: [{ file: journal, from: '      this.syncNames(this.position.segment)\n', to: '' }],
  },
  {
    name: 'nameless archive',
    why: 'a checkpoint is kept whose archive a power cut takes back',
    changes: [
      { file: 'src/store/archive.ts', from: "    syncDirectory(join(this.options.directory, 'pages'))\n", to: '' },
      {
        file: 'src/store/archive-index.ts',
        from: 'would hide what it leaves out.\n    syncDirectory(this.directory)\n',
        to: '\n',
      },
    ],
  },
  {
    name: 'torn tail left in place',
    why: 'records are appended behind what a crash left',
    changes: [{ file: journal, from: "if (end !== 'clean') await this.repair()", to: '' }],
  },
  {
    name: 'ghost fill kept',
    why: 'a match that failed to settle stays a holding',
    changes: [
      {
        file: 'src/store/fold-fill.ts',
        from: "return fill.finality === 'failed' ? reverseFill(market, fill, netting) : settleFill(market, fill, netting)",
        to: 'return settleFill(market, fill, netting)',
      },
    ],
  },
  {
    name: 'absent after one look (Kalshi)',
    why: 'an order still on its way is declared dead',
    changes: [
      {
        file: 'src/clients/kalshi/lookup.ts',
        from: 'SIGNATURE_LIFETIME_MS = 60_000',
        to: 'SIGNATURE_LIFETIME_MS = -60_000',
      },
    ],
  },
  {
    name: 'absent after one look (Polymarket)',
    why: 'an order still on its way is declared dead',
    changes: [
      { file: 'src/clients/polymarket/find-order.ts', from: 'SETTLE_MS = 30_000', to: 'SETTLE_MS = 0' },
      { file: 'src/clients/polymarket/find-order.ts', from: 'MIN_LOOKS = 3', to: 'MIN_LOOKS = 1' },
    ],
  },
  {
    name: 'reads believed backwards',
    why: 'a read that lags takes fills away and revives what has ended',
    changes: [
      {
        file: 'src/domain/order-machine.ts',
        from: "if (report.filledQuantity < order.filledQuantity || (!isOpen(order.status) && status === 'resting')) {",
        to: 'if (false) {',
      },
    ],
  },
  {
    name: 'lapsed approval',
    why: 'a pair is traded though its rules are others than those that were approved',
    changes: [
      {
        file: 'src/arb/run.ts',
        from: 'if (this.#lapsed.has(seen.pair.key)) return',
        to: 'if (this.#lapsed.has(seen.pair.id)) return',
      },
    ],
  },
  {
    name: 'trades on a stale book',
    why: 'a leg is bought by a book that is older than the limit allows',
    changes: [
      { file: 'src/arb/detect.ts', from: 'if (ageMs > limitMs)', to: 'if (ageMs > limitMs * 1_000)' },
      {
        file: 'src/safeguards/checks/stale-book.ts',
        from: 'Math.abs(ageMs) <= maxMs',
        to: 'Math.abs(ageMs) <= maxMs * 1_000',
      },
    ],
  },
  {
    name: 'reserve ignored',
    why: 'what trades under way may lose does not count against the limit of a day',
    changes: [
      {
        file: 'src/safeguards/checks/daily-loss.ts',
        from: 'all = addMoney(all, worst)',
        to: 'all = id === ownId ? worst : all',
      },
      {
        file: 'src/arb/trade-opportunity.ts',
        from: 'addMoney(lost, unsettled, ...reserved)',
        to: 'addMoney(lost, unsettled, ...reserved.slice(0, 0))',
      },
    ],
  },
  {
    name: 'mending not named',
    why: 'a sale of an excess is no part of its trade before it is sent, and is made again after a crash',
    changes: [
      {
        file: 'src/arb/mend.ts',
        from: '  await nameOrder(trading, hand, step.kind, plan.intent.id)\n',
        to: '',
      },
    ],
  },
  {
    name: 'mended at any price',
    why: 'who comes later knows neither the prices of the entry nor the worst loss of the trade',
    changes: [
      {
        file: 'src/arb/mend-later.ts',
        from: "if (prices === 'now') return null",
        to: 'if (prices.length > 0) return null',
      },
      {
        file: 'src/arb/mend-later.ts',
        from: "prices === 'entry' ? terms.worstLossExpected : undefined",
        to: 'undefined as string | undefined',
      },
    ],
  },
  {
    name: 'held and sold',
    why: 'what a policy holds for a person is sold by whoever comes later',
    changes: [
      {
        file: 'src/arb/under-way.ts',
        from: 'policyKinds.find((each) => each === begunWith) ?? policy.kind',
        to: "policyKinds.find((each) => begunWith === 'hold' && each === 'unwind') ?? policy.kind",
      },
    ],
  },
  {
    name: 'second trade of a pair',
    why: 'a pair is traded again while a trade of it is under way',
    changes: [
      {
        file: 'src/safeguards/checks/frozen-trades.ts',
        from: 'return legs.some((leg) => leg.market === market)',
        to: "return status === 'frozen' && legs.some((leg) => leg.market === market)",
      },
    ],
  },
  {
    name: 'sold in full',
    why: 'an excess that was completed in part is sold as if nothing had been',
    changes: [
      {
        file: pair,
        from: "return intent.side === 'buy' ? addQuantity(held, filledQuantity) : subtractQuantity(held, filledQuantity)",
        to: "return intent.side === 'buy' ? held : subtractQuantity(held, filledQuantity)",
      },
    ],
  },
  {
    name: 'gap ignored',
    why: 'a message that was lost is not missed, and what it changed stays as it was',
    changes: [
      {
        file: 'src/clients/kalshi/stream-subscriptions.ts',
        from: "return seq === expected ? { kind: 'next', subscription }",
        to: "return seq > 0 ? { kind: 'next', subscription }",
      },
    ],
  },
  {
    name: 'books of a lost connection',
    why: 'nobody tells of a book any more, and it is traded on until it is old',
    changes: [
      {
        file: 'src/clients/polymarket/stream-protocol.ts',
        from: "      this.tellDoubt(followed, { kind: 'disconnected' })\n",
        to: '',
      },
    ],
  },
  {
    name: 'snapshot merged',
    why: 'a book that comes anew is added to what was known, instead of replacing it',
    changes: [{ file: 'src/marketdata/book-side.ts', from: '  all.clear(at)\n', to: '' }],
  },
  {
    name: 'silence believed',
    why: 'a connection on which nothing comes any more is kept',
    changes: [
      {
        file: 'src/clients/streams/socket.ts',
        from: 'if (nowMs - this.heardAtMs > silenceLimitMs) return',
        to: 'if (nowMs - this.heardAtMs > silenceLimitMs * 1_000) return',
      },
    ],
  },
  {
    name: 'handshake by the local clock',
    why: 'where the clock is wrong no socket ever opens',
    changes: [
      {
        file: 'src/clients/kalshi/stream.ts',
        from: 'timestampMs: options.api.time.nowMs()',
        to: 'timestampMs: clock.nowMs()',
      },
    ],
  },
  {
    name: 'fill frame booked',
    why: 'what a socket tells of a fill goes into the journal as it is',
    changes: [
      {
        file: 'src/engine/settle/account-news.ts',
        from: 'if (order !== null) return fillNews(order, [event.fill]).length > 0 ? order : null',
        to: `if (order !== null) {
        for (const news of fillNews(order, [event.fill])) await trading.ledger.append(news)
        return null
      }`,
      },
    ],
  },
  {
    name: 'end of an order believed',
    why: 'an order that a socket calls cancelled has ended, and nobody asks what it had bought',
    changes: [
      {
        file: 'src/engine/settle/account-news.ts',
        from: '      return order !== null && tellsMore(event, order) ? order : null',
        to: `      if (order !== null && event.status === 'cancelled' && tellsMore(event, order)) {
        const { venueOrderId, clientOrderId, status } = event
        const { filledQuantity, intent } = order
        const unsaid = { remainingQuantity: null, averagePrice: null, fees: null, provisional: false }
        const report = { venueOrderId, clientOrderId, status, filledQuantity, ...unsaid }
        await trading.ledger.append({ type: 'order.reported', orderId: intent.id, report, source: 'poll' })
        return null
      }
      return order !== null && tellsMore(event, order) ? order : null`,
      },
    ],
  },
  {
    name: 'nothing asked',
    why: 'neither news of an order nor time makes the loop look after what it has under way',
    changes: [
      {
        file: 'src/arb/under-way.ts',
        from: "if (events.length === 0 || this.options.execution === 'sign') return",
        to: 'if (events.length >= 0) return',
      },
      {
        file: 'src/arb/under-way.ts',
        from: 'if (this.#sinceSettledMs >= settleEveryMs)',
        to: 'if (this.#sinceSettledMs >= settleEveryMs * 1_000)',
      },
    ],
  },
]

/** Every mutant must be noticed within this many runs. */
export const RUNS_PER_MUTANT = 2_000

export interface Killed {
  readonly mutant: Mutant
  readonly runs: number
  readonly seed: string
  readonly invariant: Invariant
}
