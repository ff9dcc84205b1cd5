import { composeScene, rerun } from '../src/replay/replay.ts'
import { combinedScenarios, sceneOf } from '../test/replay/combined-scenarios.ts'
import type { Ratio } from './ratio.ts'

const SCENES = 100
const AIM_MS = 3000

/** One hundred two-leg scenarios, each composed of sessions of one venue and played to today's code, in ms. */
export async function benchScenes(): Promise<{
  readonly replayedMs: number
  /** Of the processor: what it would take on a machine with nothing else to do. */
  readonly replayedCpuMs: number
  readonly composedMs: number
}> {
  const scenarios = Array.from({ length: SCENES }, (_, i) => combinedScenarios[i % combinedScenarios.length])
  const composing = performance.now()
  const scenes = []
  for (const scenario of scenarios) {
    if (scenario === undefined) throw new Error('no scenarios')
    scenes.push(await composeScene(sceneOf(scenario)))
  }
  const composedMs = performance.now() - composing
  const began = performance.now()
  const cpu = process.cpuUsage()
  for (const scene of scenes) {
    const { verdict } = await rerun(scene)
    if (verdict !== 'same') throw new Error(`${scene.name} did not replay`)
  }
  const { user, system } = process.cpuUsage(cpu)
  return { replayedMs: performance.now() - began, replayedCpuMs: (user + system) / 1000, composedMs }
}

export function sceneRatios({
  replayedMs,
  replayedCpuMs,
  composedMs,
}: Awaited<ReturnType<typeof benchScenes>>): readonly Ratio[] {
  return [
    {
      name: `${SCENES} composed scenarios run, over the ${AIM_MS / 1000} s that they may take`,
      ratio: replayedMs / AIM_MS,
      detail: `${replayedMs.toFixed(0)} ms (${replayedCpuMs.toFixed(0)} ms of processor time); composing and proving them first took ${composedMs.toFixed(0)} ms`,
      atMost: 1.0,
    },
  ]
}

if (process.argv[1]?.endsWith('scenes.ts') === true) console.log(sceneRatios(await benchScenes()))
