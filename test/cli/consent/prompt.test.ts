import { spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect } from 'chai'
import { builtChild } from '../../support/built.ts'

const child = join(import.meta.dirname, 'prompt-child.ts')

/** The `script` of util-linux gives a program a terminal. Others take other arguments, and some systems have none. */
function hasScript(): boolean {
  return (spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout ?? '').includes('util-linux')
}

/** Types each key when its question stands on the terminal, and hands over all that was written there. */
function atTerminal(keys: readonly (readonly [question: string, key: string])[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const terminal = spawn('script', ['-qec', `"${process.execPath}" "${builtChild(child)}"`, '/dev/null'], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, TERM: 'xterm' },
    })
    const left = [...keys]
    let shown = ''
    terminal.stdout.setEncoding('utf8').on('data', (part: string) => {
      shown += part
      const [question, key] = left[0] ?? []
      if (question === undefined || !shown.includes(question)) return
      left.shift()
      terminal.stdin.write(key)
    })
    terminal.once('error', reject)
    terminal.once('close', () => resolve(shown))
  })
}

describe('the question before an order', function () {
  this.timeout(30_000)

  it('is agreed to by yes alone: not by Enter, not by no, and Ctrl-C breaks it off', async function () {
    if (!hasScript()) this.skip()
    const shown = await atTerminal([
      ['Send the first order?', 'y\r'],
      ['Send the second order?', '\r'],
      ['Send the third order?', 'no\r'],
      ['Send the last order?', '\x03'],
    ])
    expect(shown.match(/\w+ came to \w+/g)).to.deep.equal([
      'first came to true',
      'second came to false',
      'third came to false',
      'last came to interrupted',
    ])
  })

  it('is not asked where nobody sits at a terminal', () => {
    const { stdout } = spawnSync(process.execPath, [builtChild(child)], { encoding: 'utf8', input: 'y\n' })
    expect(stdout.match(/\w+ came to \w+/g)?.[0]).to.equal('first came to usage')
  })
})
