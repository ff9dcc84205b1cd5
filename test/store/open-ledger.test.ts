import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import fc from 'fast-check'
import { ToolkitError } from '../../src/domain/errors.ts'
import type { JournalEvent } from '../../src/store/events.ts'
import type { Ledger, LedgerState } from '../../src/store/ledger.ts'
import { openLedger } from '../../src/store/open-ledger.ts'
import { writeView } from '../../src/store/view-file.ts'
import { builtChild } from '../support/built.ts'
import { ended, firstOutput, killHard, startChild } from './children.ts'
import {
  anyStep,
  aTrade,
  booked,
  filledOrder,
  historyOf,
  ledgerOptions,
  money,
  quantity,
  reported,
  submitted,
  withDataDir,
} from './support.ts'

async function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'none',
    (error: unknown) => (error instanceof ToolkitError ? error.code : String(error)),
  )
}

async function withLedger<T>(dataDir: string, work: (ledger: Ledger, warnings: string[]) => Promise<T>): Promise<T> {
  const options = ledgerOptions(dataDir)
  const ledger = await openLedger(options)
  try {
    return await work(ledger, options.warnings)
  } finally {
    await ledger.close()
  }
}

const live = (dataDir: string): string => join(dataDir, 'views', 'sandbox', 'live.json')

/** What a person can see of a state. */
function shown(state: LedgerState): unknown {
  return {
    seq: state.seq,
    openOrders: [...state.openOrders.values()],
    positions: [...state.positions.values()],
    breakers: [...state.breakers],
    openTrades: [...state.openTrades.values()],
    recentIntents: state.recentIntents,
    today: state.today,
  }
}

describe('ledger', () => {
  it('gives a later process the state of an earlier one', async () => {
    await withDataDir(async (dataDir) => {
      const before = await withLedger(dataDir, async (ledger) => {
        await ledger.append(...filledOrder('o-1'), submitted('o-2'), { type: 'trade.opened', trade: aTrade('t-1') })
        return shown(ledger.state)
      })
      const after = await withLedger(dataDir, async (ledger, warnings) => {
        expect(warnings).to.deep.equal([])
        return shown(ledger.state)
      })
      expect(after).to.deep.equal(before)
    })
  })

  it('numbers its records without gaps', async () => {
    await withDataDir((dataDir) =>
      withLedger(dataDir, async (ledger) => {
        await Promise.all([1, 2, 3, 4, 5].map((n) => ledger.append(submitted(`o-${n}`), reported(`o-${n}`))))
        const seqs: number[] = []
        for await (const { seq } of ledger.records()) seqs.push(seq)
        expect(seqs).to.deep.equal([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
      }),
    )
  })

  it('decides on what other processes have done', async () => {
    await withDataDir((dataDir) =>
      withLedger(dataDir, (one) =>
        withLedger(dataDir, async (other) => {
          await one.append(submitted('o-1'))
          const seen = await other.transact((state) => ({ events: [], result: state.openOrders.has('o-1') }))
          expect(seen).to.equal(true)
        }),
      ),
    )
  })

  it('appends nothing when the decision fails, and goes on', async () => {
    await withDataDir((dataDir) =>
      withLedger(dataDir, async (ledger) => {
        await ledger.transact(() => Promise.reject(new Error('no'))).catch(() => undefined)
        await ledger.append(submitted('o-1'))
        expect(ledger.state.seq).to.equal(1)
      }),
    )
  })

  it('finds an order inside a decision', async () => {
    await withDataDir((dataDir) =>
      withLedger(dataDir, async (ledger) => {
        await ledger.append(...filledOrder('o-ab1'))
        const found = await ledger.transact(async () => ({ events: [], result: await ledger.findOrder('o-ab1') }))
        expect(found?.status).to.equal('filled')
      }),
    )
  })

  it('refuses an event of an order that it does not hold', async () => {
    await withDataDir((dataDir) =>
      withLedger(dataDir, async (ledger) => {
        expect(await codeOf(ledger.append(booked('o-7', 'f-1')))).to.equal('ORDER_NOT_IN_JOURNAL')
        expect(ledger.state.seq).to.equal(0)
      }),
    )
  })

  it('refuses an order id a second time, open or ended, in this process or a later one', async () => {
    await withDataDir(async (dataDir) => {
      await withLedger(dataDir, async (ledger) => {
        await ledger.append(...filledOrder('o-1'), submitted('o-2'))
        expect(await codeOf(ledger.append(submitted('o-1')))).to.equal('ORDER_ID_REUSED')
        expect(await codeOf(ledger.append(submitted('o-2')))).to.equal('ORDER_ID_REUSED')
        expect(await codeOf(ledger.append(submitted('o-3'), submitted('o-3')))).to.equal('ORDER_ID_REUSED')
      })
      await withLedger(dataDir, async (ledger) => {
        expect(await codeOf(ledger.append(submitted('o-1')))).to.equal('ORDER_ID_REUSED')
      })
    })
  })

  it('refuses an event that could not be read back', async () => {
    await withDataDir((dataDir) =>
      withLedger(dataDir, async (ledger) => {
        const odd: JournalEvent = { type: 'markets.synced', venue: 'kalshi', markets: Number.NaN }
        expect(await codeOf(ledger.append(odd))).to.equal('EVENT_NOT_STORABLE')
        await ledger.append(submitted('o-1'))
        expect(ledger.state.seq).to.equal(1)
      }),
    )
  })

  it('counts a fill once that comes again in a later process', async () => {
    await withDataDir(async (dataDir) => {
      await withLedger(dataDir, (ledger) => ledger.append(...filledOrder('o-1')))
      await withLedger(dataDir, async (ledger) => {
        await ledger.append(booked('o-1', 'f-o-1'))
        expect(ledger.state.positions.get('kalshi:FED-26DEC/yes')?.quantity).to.equal(quantity('10'))
      })
    })
  })

  it('has the same state on every path: appended, reopened anywhere, followed by another, made anew', async () => {
    const plan = fc.record({
      steps: fc.array(anyStep, { maxLength: 40 }),
      reopenAt: fc.array(fc.nat(40), { maxLength: 4 }),
    })
    await fc.assert(
      fc.asyncProperty(plan, ({ steps, reopenAt }) =>
        withDataDir(async (dataDir) => {
          const events = historyOf(steps)
          const follower = await openLedger(ledgerOptions(dataDir))
          let ledger = await openLedger(ledgerOptions(dataDir))
          for (const [index, event] of events.entries()) {
            await ledger.append(event)
            if (!reopenAt.includes(index)) continue
            await ledger.close()
            ledger = await openLedger(ledgerOptions(dataDir))
          }
          const orders = await ledger.listOrders({})
          const expected = shown(ledger.state)
          await ledger.close()
          expect(shown(await follower.refresh())).to.deep.equal(expected)
          expect(await follower.listOrders({})).to.deep.equal(orders)
          await follower.close()
          rmSync(join(dataDir, 'views'), { recursive: true })
          await withLedger(dataDir, async (anew) => {
            expect(shown(anew.state)).to.deep.equal(expected)
            expect(await anew.listOrders({})).to.deep.equal(orders)
          })
        }),
      ),
      { numRuns: 15 },
    )
  })
})

describe('ledger queries', () => {
  it('find an order by each of its ids and by an unambiguous beginning, open or ended', async () => {
    await withDataDir(async (dataDir) => {
      const references = ['o-aa11', 'client-o-aa11', 'v-o-aa11', 'o-aa1', 'o-bb', 'client-o-bb22']
      const find = (ledger: Ledger): Promise<readonly (string | undefined)[]> =>
        Promise.all(
          references.map(async (reference) => (await ledger.findOrder(reference, { prefix: true }))?.intent.id),
        )
      const expected = ['o-aa11', 'o-aa11', 'o-aa11', 'o-aa11', 'o-bb22', 'o-bb22']
      await withLedger(dataDir, async (ledger) => {
        await ledger.append(...filledOrder('o-aa11'), ...filledOrder('o-aa22'), submitted('o-bb22'))
        expect(await find(ledger)).to.deep.equal(expected)
      })
      await withLedger(dataDir, async (ledger) => expect(await find(ledger)).to.deep.equal(expected))
    })
  })

  it('find nothing for an ambiguous beginning or an unknown reference', async () => {
    await withDataDir((dataDir) =>
      withLedger(dataDir, async (ledger) => {
        await ledger.append(...filledOrder('o-aa11'), submitted('o-aa22'))
        expect([
          await ledger.findOrder('o-aa', { prefix: true }),
          await ledger.findOrder('o-zz', { prefix: true }),
          await ledger.findOrder('', { prefix: true }),
        ]).to.deep.equal([null, null, null])
      }),
    )
  })

  it('take no beginning for an id unless a person typed it', async () => {
    await withDataDir((dataDir) =>
      withLedger(dataDir, async (ledger) => {
        await ledger.append(...filledOrder('o-aa11'), submitted('o-bb22'))
        expect([await ledger.findOrder('o-aa'), await ledger.findOrder('o-bb')]).to.deep.equal([null, null])
      }),
    )
  })

  it('list newest first, open and ended together, and stop at the limit', async () => {
    await withDataDir(async (dataDir) => {
      await withLedger(dataDir, (ledger) =>
        ledger.append(submitted('o-1'), ...filledOrder('o-2'), submitted('o-3'), ...filledOrder('o-4')),
      )
      await withLedger(dataDir, async (ledger) => {
        const ids = async (query: { limit?: number; openOnly?: boolean }): Promise<readonly string[]> =>
          (await ledger.listOrders(query)).map(({ intent }) => intent.id)
        expect(await ids({})).to.deep.equal(['o-4', 'o-3', 'o-2', 'o-1'])
        expect(await ids({ limit: 2 })).to.deep.equal(['o-4', 'o-3'])
        expect(await ids({ openOnly: true })).to.deep.equal(['o-3', 'o-1'])
      })
    })
  })

  it('show what was learned of an order after it had ended, made anew or not', async () => {
    const late: readonly JournalEvent[] = [
      { type: 'order.resent', orderId: 'o-1' },
      {
        type: 'fee.drift',
        orderId: 'o-1',
        market: 'kalshi:FED-26DEC',
        fillIds: ['f-o-1'],
        drift: {
          charged: money('0.5'),
          predicted: money('0.18'),
          worst: money('0.2'),
          series: null,
          schedule: 'rate 0',
        },
      },
    ]
    await withDataDir(async (dataDir) => {
      await withLedger(dataDir, (ledger) => ledger.append(...filledOrder('o-1')))
      await withLedger(dataDir, async (ledger, warnings) => {
        for (const event of late) await ledger.append(event)
        expect(warnings).to.deep.equal([])
        expect([...ledger.state.feeDrifts.keys()]).to.deep.equal(['kalshi:FED-26DEC'])
      })
      const shownBy = () => withLedger(dataDir, (ledger) => ledger.findOrder('o-1'))
      const kept = await shownBy()
      expect([kept?.feeDrift?.charged, kept?.resentAt]).to.deep.equal([money('0.5'), '2026-11-20T12:00:00.000Z'])
      rmSync(join(dataDir, 'views'), { recursive: true })
      expect(await shownBy()).to.deep.equal(kept)
    })
  })

  it('list denied orders and trades that have ended', async () => {
    await withDataDir(async (dataDir) => {
      const denied: JournalEvent = { type: 'order.denied', intent: submittedIntent('o-1'), denials: [] }
      await withLedger(dataDir, (ledger) =>
        ledger.append(
          denied,
          { type: 'trade.opened', trade: aTrade('t-1') },
          { type: 'trade.opened', trade: aTrade('t-2') },
          { type: 'trade.updated', trade: aTrade('t-1', { status: 'unwound' }) },
        ),
      )
      await withLedger(dataDir, async (ledger) => {
        expect((await ledger.listOrders({})).map(({ status }) => status)).to.deep.equal(['denied'])
        expect((await ledger.listTrades({})).map(({ id, status }) => [id, status])).to.deep.equal([
          ['t-2', 'open'],
          ['t-1', 'unwound'],
        ])
      })
    })
  })
})

const gone = (file: string): void => rmSync(file)
const garbled = (file: string): void => writeFileSync(file, '[{')
/** Reading a folder fails as reading a bad block does: with an error of the system. */
function unreadable(file: string): void {
  rmSync(file)
  mkdirSync(file)
}

describe('views', () => {
  async function filled(dataDir: string): Promise<unknown> {
    return withLedger(dataDir, async (ledger) => {
      await ledger.append(...filledOrder('o-1'), submitted('o-2'))
      return shown(ledger.state)
    })
  }

  async function spoilt(dataDir: string, spoil: () => void): Promise<readonly string[]> {
    const before = await filled(dataDir)
    spoil()
    return withLedger(dataDir, async (ledger, warnings) => {
      expect(shown(ledger.state)).to.deep.equal(before)
      expect((await ledger.findOrder('o-1'))?.status).to.equal('filled')
      return [...warnings]
    })
  }

  it('are made anew when they are gone, and say so', async () => {
    await withDataDir(async (dataDir) => {
      const warnings = await spoilt(dataDir, () => rmSync(join(dataDir, 'views'), { recursive: true }))
      expect(warnings.join()).to.include('made anew from 4 journal records')
    })
  })

  it('are made anew when a folder is in the place of the checkpoint', async () => {
    await withDataDir(async (dataDir) => {
      const warnings = await spoilt(dataDir, () => {
        rmSync(live(dataDir))
        mkdirSync(live(dataDir))
      })
      expect(warnings.join()).to.include('made anew')
      await withLedger(dataDir, async (_ledger, later) => expect(later).to.deep.equal([]))
    })
  })

  it('are made anew once, not at every start', async () => {
    await withDataDir(async (dataDir) => {
      await spoilt(dataDir, () => rmSync(join(dataDir, 'views'), { recursive: true }))
      await withLedger(dataDir, async (_ledger, warnings) => expect(warnings).to.deep.equal([]))
    })
  })

  for (const [what, change] of [
    ['cut short', (text: string): string => text.slice(0, 200)],
    ['empty', (): string => ''],
    ['off by one digit', (text: string): string => text.replace('"quantity":"10"', '"quantity":"90"')],
  ] as const) {
    it(`are made anew when the checkpoint is ${what}`, async () => {
      await withDataDir(async (dataDir) => {
        const file = live(dataDir)
        const warnings = await spoilt(dataDir, () => writeFileSync(file, change(readFileSync(file, 'utf8'))))
        expect(warnings.join()).to.include('made anew')
      })
    })
  }

  // A checkpoint that is sound in itself and contradicts the journal has seen records that were lost: that is recorded.
  for (const [what, from, to, seq] of [
    ['of another format', /"format":\d+/, '"format":99', 4],
    ['of another journal', /"hash":"....../, '"hash":"000000', 5],
    ['of a longer journal', /"seq":4,"segment"(.*)"seq":4/, '"seq":999,"segment"$1"seq":999', 5],
    ['beyond the end of the journal', /"offset":\d+,"lineStart":\d+/, '"offset":99999,"lineStart":99000', 5],
    ['not of its state', /"seq":4,"segment"/, '"seq":3,"segment"', 4],
    ['wrong about an amount', /"quantity":"10"/, '"quantity":10', 4],
  ] as const) {
    it(`are made anew, once, when the checkpoint is ${what}`, async () => {
      await withDataDir(async (dataDir) => {
        await filled(dataDir)
        const { contents } = JSON.parse(readFileSync(live(dataDir), 'utf8'))
        await writeView(live(dataDir), JSON.parse(JSON.stringify(contents).replace(from, to)))
        const opened = (): Promise<unknown> =>
          withLedger(dataDir, async (ledger, warnings) => [ledger.state.seq, warnings.length])
        expect([await opened(), await opened()]).to.deep.equal([
          [seq, 1],
          [seq, 0],
        ])
      })
    })
  }

  it('are made anew when the archive is gone', async () => {
    await withDataDir(async (dataDir) => {
      const archive = join(dataDir, 'views', 'sandbox', 'archive-1')
      expect((await spoilt(dataDir, () => rmSync(archive, { recursive: true }))).join()).to.include(
        'its archive is gone',
      )
    })
  })

  for (const part of ['orders/pages/00000000.json', 'orders/ids/recent.json']) {
    it(`are made anew when ${part} is gone, damaged or cannot be read`, async () => {
      for (const damage of [gone, garbled, unreadable]) {
        await withDataDir(async (dataDir) => {
          const file = join(dataDir, 'views', 'sandbox', 'archive-1', part)
          expect((await spoilt(dataDir, () => damage(file))).join()).to.include('made anew')
        })
      }
    })
  }

  it('are made anew rather than listing with a hole', async () => {
    await withDataDir(async (dataDir) => {
      await filled(dataDir)
      rmSync(join(dataDir, 'views', 'sandbox', 'archive-1', 'orders', 'pages', '00000000.json'))
      await withLedger(dataDir, async (ledger, warnings) => {
        expect((await ledger.listOrders({})).map(({ intent }) => intent.id)).to.deep.equal(['o-2', 'o-1'])
        expect(warnings.join()).to.include('is missing')
      })
      await withLedger(dataDir, async (ledger, warnings) => {
        expect([await ledger.listOrders({}), warnings]).to.have.nested.property('[0].length', 2)
        expect(warnings).to.deep.equal([])
      })
    })
  })

  it('are ignored by a process whose archive another one has removed, and made anew when it writes', async () => {
    await withDataDir(async (dataDir) => {
      await filled(dataDir)
      await withLedger(dataDir, async (ledger) => {
        rmSync(join(dataDir, 'views'), { recursive: true })
        await ledger.append(...filledOrder('o-5'))
      })
      await withLedger(dataDir, async (ledger, warnings) => {
        expect(warnings).to.deep.equal([])
        expect((await ledger.listOrders({})).map(({ intent }) => intent.id)).to.deep.equal(['o-5', 'o-2', 'o-1'])
      })
    })
  })

  it('are written now and then, so that a killed process costs the next one little', async () => {
    await withDataDir(async (dataDir) => {
      const ledger = await openLedger(ledgerOptions(dataDir))
      for (let n = 0; n < 101; n++) {
        await ledger.append(...[1, 2, 3, 4, 5].map((part) => submitted(`o-${n}-${part}`)))
      }
      const saved: unknown = JSON.parse(readFileSync(live(dataDir), 'utf8'))
      expect(saved).to.have.nested.property('contents.position.seq', 500)
      await ledger.close()
    })
  })

  it('of a process that is behind do not replace those of one that is ahead', async () => {
    await withDataDir(async (dataDir) => {
      const behind = await openLedger(ledgerOptions(dataDir))
      await behind.append(...filledOrder('o-1'))
      await withLedger(dataDir, (ahead) => ahead.append(...filledOrder('o-2')))
      await behind.close()
      await withLedger(dataDir, async (ledger, warnings) => {
        expect([ledger.state.seq, warnings]).to.deep.equal([6, []])
        expect(await ledger.listOrders({})).to.have.length(2)
      })
    })
  })

  it('that cannot be written are a warning, not a failure', async () => {
    await withDataDir(async (dataDir) => {
      const options = ledgerOptions(dataDir)
      const ledger = await openLedger(options)
      await ledger.append(submitted('o-1'))
      rmSync(join(dataDir, 'views'), { recursive: true })
      writeFileSync(join(dataDir, 'views'), 'a file in the way')
      await ledger.close()
      expect(options.warnings.join()).to.include('The views could not be written')
    })
  })
})

describe('ledger across processes', () => {
  it('keeps every record of processes that append at once, in one chain', async () => {
    await withDataDir(async (dataDir) => {
      const children = ['a', 'b', 'c'].map((name) => startChild('./ledger-child.ts', dataDir, 'append', name, '40'))
      const ends = await Promise.all(children.map(ended))
      expect(ends).to.deep.equal(ends.map(() => ({ code: 0, stderr: '' })))
      await withLedger(dataDir, async (ledger) => {
        expect(ledger.state.openOrders.size).to.equal(120)
        expect(ledger.state.seq).to.equal(120)
      })
    })
  })

  it('lets a limit hold across them', async () => {
    await withDataDir(async (dataDir) => {
      const children = ['a', 'b', 'c'].map((name) => startChild('./ledger-child.ts', dataDir, 'limit', name, '8'))
      await Promise.all(children.map(ended))
      await withLedger(dataDir, async (ledger) => expect(ledger.state.openOrders.size).to.equal(10))
    })
  })

  it('goes on at once after a process was killed with the lock in its hand', async () => {
    await withDataDir(async (dataDir) => {
      const child = startChild('./ledger-child.ts', dataDir, 'hang', 'x')
      await firstOutput(child)
      await killHard(child)
      await withLedger(dataDir, async (ledger) => {
        expect([...ledger.state.openOrders.keys()]).to.deep.equal(['o-x'])
        await ledger.append(submitted('o-y'))
      })
    })
  })
})

describe('ledger without a place to write', () => {
  it('says so when something else is in the way', async () => {
    await withDataDir(async (dataDir) => {
      writeFileSync(join(dataDir, 'journal'), 'a file')
      expect(await codeOf(openLedger(ledgerOptions(dataDir)))).to.equal('DATA_DIR_UNWRITABLE')
    })
  })

  it('says so when the folder is read-only', async function () {
    // The rules do not apply to root.
    if (process.getuid?.() === 0) this.skip()
    await withDataDir(async (dataDir) => {
      chmodSync(dataDir, 0o500)
      const code = await codeOf(openLedger(ledgerOptions(dataDir)))
      chmodSync(dataDir, 0o700)
      expect(code).to.equal('DATA_DIR_UNWRITABLE')
    })
  })

  it('refuses to go on when its journal is removed under it', async () => {
    await withDataDir(async (dataDir) => {
      const ledger = await openLedger(ledgerOptions(dataDir))
      rmSync(join(dataDir, 'journal', 'sandbox', '00000001.jsonl'))
      expect(await codeOf(ledger.append(submitted('o-1')))).to.equal('JOURNAL_GONE')
      await ledger.close()
    })
  })

  it('takes an unfinished record back when the disk is full, and has lost nothing', async function () {
    if (process.platform === 'win32') this.skip()
    await withDataDir(async (dataDir) => {
      const script = builtChild(join(import.meta.dirname, 'full-disk-child.ts'))
      // A limit on the size of files stands in for the full disk: the system refuses in the middle of a write.
      const command = `trap '' XFSZ; ulimit -f 8; exec "$0" "$1" "$2"`
      const run = spawnSync('bash', ['-c', command, process.execPath, script, dataDir], {
        encoding: 'utf8',
      })
      expect(run.stdout, run.stderr).to.match(/^DATA_DIR_FULL \d+\n$/)
      const written = Number(run.stdout.split(' ')[1])
      await withLedger(dataDir, async (ledger) => {
        expect(ledger.state.openOrders.size).to.equal(written)
        await ledger.append(submitted('o-after'))
      })
      expect(readdirSync(join(dataDir, 'journal', 'sandbox')).filter((name) => name.includes('torn'))).to.deep.equal([])
      expect(existsSync(live(dataDir))).to.equal(true)
    })
  })
})

function submittedIntent(id: string) {
  const event = submitted(id)
  if (event.type !== 'order.submitted') throw new Error('not an order')
  return event.intent
}
