import { asking } from '../../../src/cli/consent/prompt.ts'
import { reportError } from '../../../src/cli/error-report.ts'

// Asks on its terminal, as orders and `capture record` do, and says what came of each question.
for (const name of ['first', 'second', 'third', 'last']) {
  const answer = await asking
    .confirm(`Send the ${name} order?`, new AbortController().signal)
    .catch((error: unknown) => reportError(error, 'test').category)
  process.stdout.write(`\n${name} came to ${String(answer)}.\n`)
}
