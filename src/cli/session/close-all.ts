/**
 * Runs every step in order, also after one has failed, and then throws the first failure: a journal that cannot be
 * written must not leave a server running. Once, however often it is asked.
 */
export function closeOnce(steps: readonly (() => Promise<unknown>)[]): () => Promise<void> {
  let closing: Promise<void> | null = null
  return () => {
    closing ??= runAll(steps)
    return closing
  }
}

async function runAll(steps: readonly (() => Promise<unknown>)[]): Promise<void> {
  const failures: unknown[] = []
  for (const step of steps) {
    try {
      await step()
    } catch (error) {
      failures.push(error)
    }
  }
  if (failures.length > 0) throw failures[0]
}
