import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import type { Settings } from '../../src/cli/config/settings.ts'
import { examineMachine } from '../../src/cli/doctor/machine.ts'
import { doctorJson, doctorReason } from '../../src/cli/json/doctor-json.ts'
import type { Finding } from '../../src/clients/probe.ts'

async function machineFindings(dataDir: string): Promise<ReadonlyMap<string, Finding>> {
  const found = new Map<string, Finding>()
  const settings = { dataDir, captureDir: null, environment: 'sandbox' } as Settings
  for await (const finding of examineMachine(settings)) found.set(finding.check, finding)
  return found
}

describe('doctor: this machine', () => {
  let folder: string

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'crosstape-doctor-'))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  it('is content with a data directory that can be made', async () => {
    const found = (await machineFindings(join(folder, 'not', 'yet'))).get('machine.data-directory')
    expect(found).to.include({ status: 'ok' })
    expect(found?.message).to.contain('will be made')
  })

  it('says that a file stands where the data directory should be', async () => {
    const file = join(folder, 'data')
    await writeFile(file, '')
    await chmod(file, 0o700)
    const found = (await machineFindings(file)).get('machine.data-directory')
    expect(found).to.include({ status: 'problem', cause: 'configuration' })
  })

  it('notes a data directory that others can write to', async function () {
    if (process.platform === 'win32') this.skip()
    const shared = join(folder, 'shared')
    await mkdir(shared)
    await chmod(shared, 0o777)
    const found = (await machineFindings(shared)).get('machine.data-directory')
    expect(found?.status).to.equal('warning')
    expect(found?.suggestions.join()).to.contain('chmod go-w')
  })

  it('tells the free space', async () => {
    expect((await machineFindings(folder)).get('machine.disk')?.message).to.match(/^\d+ [MG]iB free/)
  })
})

describe('doctor: how it exits', () => {
  const finding = (status: Finding['status'], cause: Finding['cause'] = null): Finding => ({
    check: 'a.b',
    status,
    cause,
    message: '',
    suggestions: [],
  })
  const reason = (...findings: readonly Finding[]) => doctorReason(doctorJson('sandbox', findings))

  it('is well when there is only something to note', () => {
    expect(reason(finding('ok'), finding('warning'), finding('skipped'))).to.equal('done')
  })

  it('blames configuration for what is ours to put right', () => {
    expect(reason(finding('ok'), finding('problem', 'configuration'))).to.equal('usage')
  })

  it('puts a venue that is away first', () => {
    expect(reason(finding('problem', 'configuration'), finding('problem', 'unreachable'))).to.equal('unavailable')
  })
})
