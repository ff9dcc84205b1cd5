import { parentPort, workerData } from 'node:worker_threads'
import { planFor } from './plan.ts'
import { runPlan } from './run.ts'

export { planFor, runPlan }

void parentPort
void workerData
