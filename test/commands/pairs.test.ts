import { expect } from 'chai'
import { examplePair } from '../../src/cli/sandbox/example-markets.ts'
import { type CliHome, cliHome } from './run-cli.ts'

/** A look-alike of the first market of the example: the conference is won before the league. */
const lookAlike = 'polymarket:will-the-chiefs-win-their-conference-2028'

describe('pairs on the terminal', function () {
  this.timeout(20_000)
  let cli: CliHome

  before(async () => {
    cli = await cliHome()
    await cli.run('markets', 'sync')
  })
  after(() => cli.remove())

  it('are proposed with their verdict, and nothing is approved by that', async () => {
    const { exitCode, stdout } = await cli.run('markets', 'match', '--json', '--limit', '500')
    expect(exitCode).to.equal(0)
    const { candidates, counts } = JSON.parse(stdout)
    const names = candidates.map((each: { markets: { id: string }[] }) => each.markets.map(({ id }) => id).join(' '))
    expect(names).to.include(`${examplePair.first} ${examplePair.second}`)
    expect(names).to.not.include(`${examplePair.first} ${lookAlike}`)
    expect(new Set(candidates.map((each: { decision: string }) => each.decision))).to.deep.equal(new Set(['none']))
    expect(counts.same).to.be.greaterThan(0)
    const text = await cli.run('markets', 'match', '--verdict', 'different', '--limit', '3')
    expect(text.stdout).to.include('differ when')
  })

  it('are not approved without a person: --yes does not agree to that', async () => {
    const asked = await cli.run('pairs', 'approve', examplePair.first, examplePair.second, '--yes')
    expect(asked.exitCode).to.equal(2)
    expect(asked.stderr)
      .to.include('If Kansas City wins the 2028 Pro Football Championship')
      .and.to.include('the Chiefs win')
    expect(asked.stderr).to.include('--yes does not agree to this').and.to.include('Nothing was approved')
    expect((await cli.run('pairs', 'list')).stdout).to.include('No pair has been approved')
  })

  it('are approved by repeating the hash of the texts, listed, audited, and ended by a rejection', async () => {
    const refused = await cli.run('pairs', 'approve', examplePair.second, examplePair.first, '--json')
    const { hash } = JSON.parse(refused.stdout).error.facts
    const wrong = await cli.run('pairs', 'approve', examplePair.first, examplePair.second, '--confirm', '0'.repeat(12))
    expect(wrong.exitCode).to.equal(2)
    expect(wrong.stderr).to.include('is not the hash of the texts')
    const short = await cli.run(
      'pairs',
      'approve',
      examplePair.first,
      examplePair.second,
      '--confirm',
      hash.slice(0, 4),
    )
    expect(short.exitCode).to.equal(2)
    const approved = await cli.run(
      'pairs',
      'approve',
      examplePair.first,
      examplePair.second,
      '--confirm',
      hash,
      '--by',
      'pat',
    )
    expect(approved.exitCode, approved.stderr).to.equal(0)
    const listed = JSON.parse((await cli.run('pairs', 'list', '--json')).stdout).pairs
    expect(listed).to.have.length(1)
    expect(listed[0]).to.deep.include({ status: 'valid', polarity: 'same', hash, by: 'pat' })
    expect((await cli.run('audit', 'list')).stdout).to.include('pair.approved')
    expect(
      (await cli.run('pairs', 'reject', examplePair.first, examplePair.second, '--reason', 'no')).exitCode,
    ).to.equal(0)
    const after = JSON.parse((await cli.run('pairs', 'list', '--json')).stdout).pairs
    expect(after[0]).to.deep.include({ status: 'rejected', reason: 'no' })
  })

  it('that only look alike are refused, with a world in which they pay differently, or need to be told the polarity', async () => {
    const refused = await cli.run('pairs', 'approve', examplePair.first, lookAlike, '--json')
    expect([2, 3]).to.include(refused.exitCode)
    expect(JSON.parse(refused.stdout).error.code).to.be.oneOf(['PAIR_DIFFERS', 'POLARITY_NEEDED'])
  })
})
