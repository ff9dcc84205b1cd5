import type { TestWorld } from './session.ts'

/** Makes the next call of an endpoint of the sandbox go wrong. */
export async function spoil(
  world: TestWorld,
  endpoint: string,
  fault: string,
  more: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const body = JSON.stringify({ endpoint, times: 1, fault, ...more })
  const reply = await fetch(`${world.sandbox.control}/faults`, { method: 'POST', body })
  if (!reply.ok) throw new Error(`the sandbox refused the fault: ${await reply.text()}`)
}

/** Takes back what is left of them. */
export async function mendAll(world: TestWorld): Promise<void> {
  const reply = await fetch(`${world.sandbox.control}/faults`, { method: 'DELETE' })
  if (!reply.ok) throw new Error(`the sandbox refused to mend: ${await reply.text()}`)
}
