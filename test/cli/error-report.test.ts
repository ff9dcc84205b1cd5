import { Errors } from '@oclif/core'
import { expect } from 'chai'
import { errorText, exitCodeOfReport, reportError } from '../../src/cli/error-report.ts'
import { ToolkitError, VenueError } from '../../src/domain/errors.ts'

describe('error reports', () => {
  it('print what happened, the facts and what to do, without a stack', () => {
    const error = new ToolkitError({
      code: 'ORDER_NOT_FOUND',
      category: 'usage',
      message: 'There is no order o-1. Nothing was sent.',
      facts: { order: 'o-1' },
      suggestions: ['crosstape trade list', 'crosstape positions reconcile'],
    })
    expect(errorText(reportError(error, 'trade status'))).to.equal(
      [
        'Error: There is no order o-1. Nothing was sent.',
        '  order: o-1',
        'Try: crosstape trade list',
        '     crosstape positions reconcile',
      ].join('\n'),
    )
  })

  it('print nothing that steers a terminal', () => {
    const steering = [0x1b, 0x7f, 0x9b, 0x202e, 0x2066, 0x2028, 0].map((code) => String.fromCodePoint(code)).join('[2J')
    const error = new ToolkitError({
      code: 'X',
      category: 'usage',
      message: `no ${steering} such`,
      facts: { member: steering },
      suggestions: [steering],
    })
    expect(errorText(reportError(error, 'x'))).to.not.match(/(?!\n)[\p{Cc}\u2028-\u202e\u2066-\u2069]/u)
    expect(errorText(reportError(new Error(steering), 'x'))).to.not.match(/(?!\n)[\p{Cc}\u2028-\u202e\u2066-\u2069]/u)
  })

  it('take a market that the venue does not know for a mistake on the command line', () => {
    const error = new VenueError({
      code: 'MARKET_NOT_FOUND',
      kind: 'not_found',
      sent: 'yes',
      message: 'Kalshi has no market NOPE.',
    })
    const report = reportError(error, 'markets show')
    expect(exitCodeOfReport(report)).to.equal(2)
    expect(report.suggestions.join()).to.contain('markets list --search')
  })

  it('turn a venue that does not answer into its own exit code', () => {
    const error = new VenueError({ code: 'X', kind: 'unavailable', sent: 'maybe', message: 'No answer.' })
    expect(exitCodeOfReport(reportError(error, 'trade place'))).to.equal(6)
  })

  it('turn a mistake that oclif found into one plain line', () => {
    const error = new Errors.CLIError('Nonexistent flag: --prize\nSee more help with --help', { exit: 2 })
    const report = reportError(error, 'trade place')
    expect(report.message).to.equal('Nonexistent flag: --prize.')
    expect(report.suggestions).to.deep.equal(['crosstape trade place --help'])
    expect(exitCodeOfReport(report)).to.equal(2)
  })

  it('call an interruption by its name', () => {
    expect(exitCodeOfReport(reportError(new DOMException('stop', 'AbortError'), 'trade place'))).to.equal(130)
  })

  it('take a full disk for what it is, and not for a bug', async () => {
    const error = Object.assign(new Error('ENOSPC: no space left on device, write'), {
      code: 'ENOSPC',
      syscall: 'write',
    })
    const report = reportError(error, 'trade place')
    expect(report).to.include({ code: 'DISK_FULL', category: 'usage' })
    expect(errorText(report)).to.contain('positions reconcile')
  })

  it('keep anything else for a bug, and say what to do about orders under way', () => {
    const report = reportError(new TypeError('x is not a function'), 'trade place')
    expect(exitCodeOfReport(report)).to.equal(1)
    expect(errorText(report)).to.contain('positions reconcile').and.not.to.contain('at ')
  })
})
