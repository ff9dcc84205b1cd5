/** The page's only style sheet. The policy of the page allows this text and no other. */
export const style = `
:root{--bg:#fbfbf9;--card:#fff;--ink:#1c2024;--soft:#667078;--line:#e3e5e2;--kalshi:#0a8f6c;--polymarket:#2f5fd0;--warn:#9a6700;--bad:#c4302b;--held:#5b7fa6;--resting:#d9a441;--unknown:#c4302b;--mark:#fff6d6}
@media (prefers-color-scheme:dark){:root{--bg:#14171a;--card:#1c2024;--ink:#e8eaed;--soft:#98a2ab;--line:#2e343a;--kalshi:#3ccfa4;--polymarket:#82a7ff;--warn:#e3b341;--bad:#ff7b72;--held:#7ea3cc;--resting:#d9a441;--unknown:#ff7b72;--mark:#3a3420}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--ink);font:14px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
header,main{max-width:1500px;margin:0 auto;padding:0 24px}
header{padding-top:24px}
h1{font-size:22px;margin:0}
h2{font-size:16px;margin:0 0 6px}
h3{font-size:13px;margin:18px 0 6px;color:var(--soft)}
.facts,.hint,.legend{color:var(--soft);margin:2px 0 10px;font-size:13px}
.totals{display:flex;flex-wrap:wrap;gap:8px;list-style:none;margin:12px 0 0;padding:0}
.totals li{border:1px solid var(--line);background:var(--card);border-radius:8px;padding:6px 12px;color:var(--soft)}
.totals b{color:var(--ink);font-size:16px}
.totals .refused b{color:var(--warn)}
.totals .unanswered b{color:var(--bad)}
section{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:16px 18px;margin:18px 0;overflow-x:auto}
table{border-collapse:collapse;width:100%}
th{font-weight:500;color:var(--soft);font-size:12px;text-align:left;padding:0 10px 4px 0;white-space:nowrap}
td{padding:2px 10px 2px 0;border-top:1px solid var(--line);vertical-align:middle;white-space:nowrap}
td.words{white-space:normal;min-width:320px}
td.words .market{color:var(--soft);font-weight:400;font-size:12px;overflow-wrap:anywhere}
td.market{white-space:normal;max-width:260px;overflow-wrap:anywhere}
td.lane,th.lane{padding-right:0}
.no,.ms,th.ms{text-align:right;font-variant-numeric:tabular-nums}
.time,td.ms{color:var(--soft);font-variant-numeric:tabular-nums;font-size:12px}
.id{font-family:ui-monospace,"SF Mono",Menlo,"DejaVu Sans Mono",monospace;font-size:12px;color:var(--soft)}
a{color:inherit;text-decoration:none}
tr:hover td{background:var(--mark)}
td a:hover,td a:focus-visible{text-decoration:underline}
.venue{font-size:12px;font-weight:600}
.kalshi .venue{color:var(--kalshi)}
.polymarket .venue{color:var(--polymarket)}
.refused .status{color:var(--warn);font-weight:600}
.unanswered .status,.unanswered .words{color:var(--bad);font-weight:600}
svg{display:block}
.bar{fill:var(--soft)}
.kalshi .bar{fill:var(--kalshi)}
.polymarket .bar{fill:var(--polymarket)}
.refused .bar{fill:var(--warn)}
.unanswered .bar{fill:var(--bad)}
.bar.socket{opacity:.35}
line.send{stroke:var(--warn)}
line.receive{stroke:var(--soft)}
line.pause{stroke:var(--line);stroke-dasharray:2 2}
text.pause,text.axis{fill:var(--soft);font-size:10px}
.share{margin:2px 0 0 auto;fill:var(--line)}
.share .filled{fill:var(--held)}
.state{font-size:12px;border:1px solid var(--line);border-radius:6px;padding:1px 7px}
.state.unknown{color:var(--bad);border-color:var(--bad)}
.state.rejected{color:var(--warn)}
.state.filled{color:var(--kalshi)}
.life.resting,.key.resting{fill:var(--resting);background:var(--resting)}
.life.unknown,.key.unknown{fill:var(--unknown);background:var(--unknown)}
.life.over,.key.over{fill:var(--line);background:var(--line)}
.dot{fill:var(--card);stroke:var(--soft);stroke-width:2}
.dot.filled{fill:var(--kalshi);stroke:var(--kalshi)}
.dot.resting{stroke:var(--resting)}
.dot.unknown{fill:var(--bad);stroke:var(--bad)}
.dot.rejected{stroke:var(--warn)}
.key{display:inline-block;width:14px;height:8px;border-radius:2px;margin:0 5px 0 12px}
.key.held{background:var(--held)}
.legend .key:first-child{margin-left:0}
.area.held{fill:var(--held)}
.area.resting{fill:var(--resting)}
.area.unknown{fill:var(--unknown)}
.grid{stroke:var(--line)}
.step{fill:none;stroke:var(--held);stroke-width:2}
.none{color:var(--soft)}
.panel{display:none;position:fixed;inset:0 0 0 auto;width:min(640px,100vw);background:var(--card);border-left:1px solid var(--line);box-shadow:-8px 0 30px rgba(0,0,0,.18);padding:20px 24px;overflow:auto}
.panel:target{display:block}
.close{float:right;font-size:24px;line-height:1;color:var(--soft)}
.panel .words{font-weight:600;margin:4px 0}
.url{font-family:ui-monospace,Menlo,"DejaVu Sans Mono",monospace;font-size:12px;overflow-wrap:anywhere;margin:0 0 6px}
pre{background:var(--bg);border:1px solid var(--line);border-radius:8px;padding:10px 12px;margin:6px 0;font:12px/1.5 ui-monospace,Menlo,"DejaVu Sans Mono",monospace;white-space:pre-wrap;overflow-wrap:anywhere}
details{margin:4px 0;color:var(--soft);font-size:12px}
dl{display:grid;grid-template-columns:max-content 1fr;gap:2px 12px;margin:6px 0;font-family:ui-monospace,Menlo,"DejaVu Sans Mono",monospace}
dd{margin:0;color:var(--ink);overflow-wrap:anywhere}
.frames{padding-left:28px}
.frames .send pre{border-left:3px solid var(--warn)}
@media print{.panel{display:none!important}}
`
