import { Args } from '@oclif/core'

export const recordingArg = Args.string({
  required: true,
  description: 'name of a recording in the capture folder, or a path to one',
})
