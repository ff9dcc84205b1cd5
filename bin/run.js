#!/usr/bin/env node
import boot from '../dist/boot.cjs'

await boot.execute({ dir: import.meta.url })
