import { expect } from 'chai'
import { schemaProblems } from '../surface/schemas.ts'
import { cliHome } from './run-cli.ts'

describe('rehearse', function () {
  this.timeout(60_000)

  it('goes as expected in every step, and prints what its schema says', async () => {
    const cli = await cliHome()
    try {
      const { exitCode, stdout, stderr } = await cli.run('rehearse', '--json')
      expect(schemaProblems('rehearse', stdout)).to.deep.equal([])
      const failed = JSON.parse(stdout).steps.filter((step: { ok: boolean }) => !step.ok)
      expect(failed, stderr).to.deep.equal([])
      expect(exitCode).to.equal(0)
    } finally {
      await cli.remove()
    }
  })

  it('refuses to be pointed at another environment', async () => {
    const cli = await cliHome()
    const { exitCode, stderr } = await cli.run('rehearse', '--env', 'live')
    await cli.remove()
    expect(exitCode).to.equal(2)
    expect(stderr).to.contain('sandbox only')
  })
})
