import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { loadRecording } from '../../../src/capture/read/recording.ts'
import { tellStory } from '../../../src/capture/story/story.ts'
import { html } from '../../../src/cli/html/html.ts'
import { recordingPage } from '../../../src/cli/html/page.ts'
import { timeScale } from '../../../src/cli/html/scale.ts'
import { indented } from '../../../src/cli/html/texts.ts'
import { kalshi, recordSession, type Scripted } from '../../capture/har/sessions.ts'
import { temporaryFolder } from '../../capture/harness.ts'
import { Chromium, findChromium } from '../../support/chromium.ts'

const attack =
  '</pre></script><script>document.title="owned"</script><img src=x onerror="document.title=1"><style>*{display:none}</style>'
const place = (id: number, answer: Scripted['answer']): Scripted => ({
  alias: kalshi,
  method: 'POST',
  path: '/portfolio/events/orders',
  request: JSON.stringify({
    ticker: `KX-${attack}`,
    side: 'bid',
    count: '10.00',
    price: '0.4500',
    client_order_id: `c-${id}`,
  }),
  answer,
  tookMs: 20,
})
const filled = {
  status: 201,
  body: JSON.stringify({ order_id: 'o-1', fill_count: '4.00', remaining_count: '6.00', error: null }),
}
const hostile: Scripted = {
  ...place(3, { status: 404, body: attack }),
  method: 'GET',
  path: '/markets/x',
  request: null,
}

describe('the page about a recording', () => {
  const folder = temporaryFolder()
  let page = ''
  after(() => folder.remove())
  before(async () => {
    const frames = [{ type: 'received', data: JSON.stringify({ event_type: attack }), opcode: 1 } as const]
    const { directory } = await recordSession(
      folder.path,
      [place(1, filled), place(2, { code: 'ECONNRESET' }), hostile],
      { sockets: [{ path: '/ws/market', frames, end: 'closed' }] },
    )
    const recording = loadRecording(directory, null)
    page = recordingPage(recording, tellStory(recording))
  })

  it('holds nothing that runs or loads: no script, no handler, no address, and a policy that forbids both', () => {
    const tags = (page.match(/<[^>]*>/g) ?? []).map((tag) => tag.replaceAll(/"[^"]*"/g, '""'))
    expect(
      tags.filter((tag) => /^<(?:script|img|link|iframe|object|base)|\s(?:on\w+|src|style)=/i.test(tag)),
    ).to.deep.equal([])
    expect(page).to.not.match(/url\(|@import/)
    expect(page.replaceAll('&#39;', "'")).to.contain("default-src 'none'; style-src 'sha256-")
    expect(page.match(/<style>/g)).to.have.length(1)
    expect([...page.matchAll(/href="([^"]*)"/g)].every(([, target]) => target?.startsWith('#'))).to.equal(true)
  })

  it('escapes everything that is put into it, and shows characters that would deceive', () => {
    expect(html`<i title="${`"'<&>`}">${'\u202egnp.exe\u200b'}</i>`.text).to.equal(
      '<i title="&quot;&#39;&lt;&amp;&gt;">\\u202egnp.exe\\u200b</i>',
    )
  })

  it('shows JSON a member a line with every digit as it was', () => {
    expect(indented('{"a":0.10000000000000000001,"b":[],"c":{"d":"x, {y"}}')).to.equal(
      '{\n  "a": 0.10000000000000000001,\n  "b": [],\n  "c": {\n    "d": "x, {y"\n  }\n}',
    )
    expect(indented('{"a":')).to.contain('"a"')
  })

  it('draws a pause of an hour as short as one of a minute, and time forwards', () => {
    const scale = timeScale(
      [
        { startMs: 0, endMs: 100 },
        { startMs: 3_600_000, endMs: 3_600_100 },
      ],
      400,
    )
    expect(scale.x(100)).to.be.greaterThan(150)
    expect(scale.x(3_600_000) - scale.x(100)).to.be.within(1, 20)
    expect(scale.breaks).to.have.length(1)
    const xs = [0, 50, 100, 1_000_000, 3_600_000, 3_600_100].map((ms) => scale.x(ms))
    expect(xs).to.deep.equal([...xs].sort((a, b) => a - b))
  })

  it('of an empty recording says so', async () => {
    const { directory } = await recordSession(join(folder.path, 'empty'), [])
    const recording = loadRecording(directory, null)
    expect(recordingPage(recording, tellStory(recording))).to.contain('Nothing is on this tape.')
  })

  it('reads well in a browser, light and dark, and hostile bodies do nothing', async function () {
    const executable = findChromium()
    if (executable === null) return this.skip()
    this.timeout(60_000)
    const file = join(folder.path, 'page.html')
    writeFileSync(file, page)
    const browser = await Chromium.start(executable)
    try {
      const shown = await browser.open(`file://${file}`)
      const shots = []
      for (const scheme of ['light', 'dark'] as const) {
        shots.push(await shown.screenshot({ scheme, width: 1500, height: 900 }))
        const [ground, ink] = [await shown.evaluate(colour('backgroundColor')), await shown.evaluate(colour('color'))]
        expect(Number(ground) > 200, `${scheme} ${ground}`).to.equal(scheme === 'light')
        expect(Math.abs(Number(ground) - Number(ink))).to.be.greaterThan(120)
      }
      keep(shots)
      expect(await shown.evaluate('document.title')).to.equal('test')
      expect(await shown.evaluate('document.querySelectorAll("tbody tr").length')).to.be.greaterThan(3)
      const visible = 'getComputedStyle(document.getElementById("x2")).display'
      expect(await shown.evaluate(visible)).to.equal('none')
      await shown.evaluate('document.querySelector(".waterfall a[href=\'#x2\']").click()')
      await shown.until(`${visible} === "block"`)
      expect(await shown.evaluate('document.getElementById("x2").innerText')).to.contain('"price": "0.4500"')
      expect(shown.events('Network.requestWillBeSent')).to.have.length(1)
      expect(shown.events('Log.entryAdded')).to.deep.equal([])
    } finally {
      await browser.stop()
    }
  })
})

/** The brightness of the page's ground or ink, 0 to 255. */
function colour(property: string): string {
  return `Math.max(...getComputedStyle(document.body).${property}.match(/\\d+/g).slice(0, 3).map(Number))`
}

/** For a person to look at: `CROSSTAPE_SCREENSHOTS` names a folder. */
function keep(shots: readonly Buffer[]): void {
  const wanted = process.env.CROSSTAPE_SCREENSHOTS
  if (wanted === undefined) return
  mkdirSync(wanted, { recursive: true })
  for (const [index, shot] of shots.entries()) {
    writeFileSync(join(wanted, `recording-${index === 0 ? 'light' : 'dark'}.png`), shot)
  }
}
