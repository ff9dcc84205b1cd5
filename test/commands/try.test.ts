import { cliHome } from './run-cli.ts'

describe('x', () => {
  it('y', async () => {
    const cli = await cliHome()
    for (const args of [
      ['capture', 'list'],
      ['capture', 'list', '--json'],
      ['capture', 'show', 'nope'],
      ['capture', 'show', 'nope', '--json'],
      ['capture', 'list', '--bogus'],
      ['nonsense'],
      ['trade', 'place', '--market', 'x'],
      ['safeguards', 'halt', '--reason', 't'],
      ['safeguards', 'resume', '--json'],
    ]) {
      console.log(args, await cli.run(...args))
    }
    await cli.remove()
  })
})
