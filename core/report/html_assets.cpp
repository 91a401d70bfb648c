// Style and script of the report: everything in the file, nothing from elsewhere.

#include "core/report/html_parts.hpp"

namespace handoff::report {

const std::string_view kStyle = R"css(
:root { --bg:#fbfbf9; --card:#fff; --ink:#1d2327; --soft:#5c666d; --line:#dcdfe0; --accent:#0b6e75; --bad:#b3261e;
  --good:#2d7d46; --band:#9cc9c6; --band2:#7fb2b8; --loss:#d9695f; --heat:#c2382c; --hover:#f0f4f4; }
@media (prefers-color-scheme: dark) { :root { --bg:#15191b; --card:#1e2426; --ink:#e6e9ea; --soft:#9aa6ab; --line:#353d40;
  --accent:#5cc2c7; --bad:#ff8a80; --good:#7fd199; --band:#2f5d5f; --band2:#3c7278; --loss:#c75a50; --heat:#ff7b6b; --hover:#283033; } }
* { box-sizing:border-box; }
body { margin:0; background:var(--bg); color:var(--ink); font:15px/1.5 system-ui,"Segoe UI",Roboto,"Helvetica Neue",sans-serif; }
main { max-width:1180px; margin:0 auto; padding:28px 24px 60px; }
h1 { font-size:26px; margin:0 0 4px; } h2 { font-size:18px; margin:36px 0 12px; }
p { margin:0 0 10px; } .soft { color:var(--soft); } .bad { color:var(--bad); } .good { color:var(--good); }
a { color:var(--accent); text-decoration:none; } a:hover { text-decoration:underline; }
.verdict { font-size:18px; margin:14px 0 0; font-weight:600; }
.cards { display:grid; grid-template-columns:repeat(auto-fit,minmax(330px,1fr)); gap:14px; }
.card { background:var(--card); border:1px solid var(--line); border-radius:8px; padding:14px 16px; overflow:hidden; }
.card h3 { margin:0 0 8px; font-size:14px; color:var(--soft); font-weight:600; }
.card dl { display:grid; grid-template-columns:1fr auto; gap:3px 14px; margin:0; }
.card dt { color:var(--soft); } .card dd { margin:0; text-align:right; font-variant-numeric:tabular-nums; font-weight:600; }
.card .gap { border-top:1px solid var(--line); margin-top:8px; padding-top:8px; }
.two { display:grid; grid-template-columns:1fr 1fr; gap:14px; } @media (max-width:900px) { .two { grid-template-columns:1fr; } }
.scroll { overflow-x:auto; }
table { border-collapse:collapse; width:100%; font-size:13.5px; }
th { text-align:left; color:var(--soft); font-weight:600; border-bottom:1px solid var(--line); padding:6px 10px 6px 0; white-space:nowrap; }
td { border-bottom:1px solid var(--line); padding:6px 10px 6px 0; vertical-align:top; }
th.n, td.n { text-align:right; font-variant-numeric:tabular-nums; white-space:nowrap; }
#findings td:not(:last-child) { white-space:nowrap; }
thead th { cursor:pointer; user-select:none; } thead th[aria-sort]::after { content:" \2191"; }
thead th[aria-sort=descending]::after { content:" \2193"; } #findings tbody tr:hover { background:var(--hover); }
.bar { height:10px; background:var(--loss); border-radius:3px; display:inline-block; min-width:2px; }
.tag { display:inline-block; border:1px solid var(--line); border-radius:4px; padding:0 6px; font-size:12.5px; white-space:nowrap; }
.controls { display:flex; flex-wrap:wrap; gap:10px; align-items:center; margin:0 0 10px; }
input { font:inherit; color:inherit; background:var(--card); border:1px solid var(--line); border-radius:6px; padding:6px 10px; min-width:260px; }
button { font:inherit; color:var(--accent); background:none; border:1px solid var(--line); border-radius:6px; padding:6px 10px; cursor:pointer; }
summary { cursor:pointer; } details ul { margin:6px 0 6px 18px; padding:0; } details p { margin:6px 0; }
.warn { border-left:4px solid var(--bad); background:var(--card); padding:8px 12px; margin:8px 0; }
svg text { fill:var(--ink); font:13px system-ui,"Segoe UI",Roboto,sans-serif; } svg text.soft { fill:var(--soft); font-size:12px; }
svg { display:block; max-width:100%; height:auto; } svg a text { fill:var(--accent); }
.mono { font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace; font-size:12.5px; }
.short { margin:10px 0 0; padding-left:20px; } .short li { margin:2px 0; } .paper { display:none; }
@media print { * { print-color-adjust:exact; -webkit-print-color-adjust:exact; } .paper { display:block; }
  @page { size:A4 landscape; margin:12mm; } body { font-size:12px; } table { font-size:10px; } h2 { margin-top:18px; }
  .scroll { overflow:visible; } .card:has(#findings) { break-inside:auto; border:0; padding:0; } #findings { table-layout:auto; }
  #findings td:not(:last-child) { white-space:normal; } #findings td:nth-child(2), #findings td:nth-child(3) { white-space:nowrap; }
  .tag { white-space:normal; border:0; padding:0; font-size:10px; } .mono { font-size:9.5px; } summary { list-style:none; }
  .cards { grid-template-columns:repeat(3,1fr); gap:8px; } .two { grid-template-columns:1fr 1fr; gap:8px; }
  #findings tr[data-cause=in_flight], #findings tbody tr:nth-child(n+201) { display:none; } :root { --bg:#fff; --card:#fff; --ink:#000; --soft:#444; --line:#bbb; } .controls { display:none; }
  main { max-width:none; padding:0; } h2 { break-after:avoid; } tr, .card { break-inside:avoid; } a { color:inherit; } }
)css";

const std::string_view kScript = R"js(
(() => {
  const number = cell => cell.dataset.n !== undefined ? Number(cell.dataset.n) : parseFloat(cell.textContent.replace(/[,<]/g, '')) || 0;
  for (const table of document.querySelectorAll('table')) {
    const heads = table.tHead ? [...table.tHead.rows[0].cells] : [];
    heads.forEach((head, column) => head.addEventListener('click', () => {
      const down = head.getAttribute('aria-sort') === 'ascending', figures = head.classList.contains('n');
      for (const other of heads) other.removeAttribute('aria-sort');
      head.setAttribute('aria-sort', down ? 'descending' : 'ascending');
      const key = row => figures ? number(row.cells[column]) : row.cells[column].textContent;
      const order = (a, b) => a < b ? -1 : a > b ? 1 : 0;
      const rows = [...table.tBodies[0].rows].map(row => [key(row), row]);
      rows.sort((a, b) => (down ? -1 : 1) * order(a[0], b[0]));
      table.tBodies[0].append(...rows.map(one => one[1]));
    }));
  }
  const rows = [...document.getElementById('findings').tBodies[0].rows], find = document.getElementById('find'),
        what = document.getElementById('what'), count = document.getElementById('count'), beyond = {};
  for (const one of document.querySelectorAll('#beyond li')) beyond[one.dataset.f] = Number(one.textContent);
  const lists = ['gap', 'lacks', 'flight', 'extra', 'lost'];
  let filter = null;
  const chosen = row => {
    const said = row.dataset[filter[0]] || '';
    return lists.includes(filter[0]) ? said.split('|').includes(filter[1]) : said === filter[1];
  };
  const show = () => {
    const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of rows) {
      const kept = (!filter || chosen(row)) && words.every(word => row.textContent.toLowerCase().includes(word));
      row.hidden = !kept;
      shown += kept;
    }
    const more = beyond[filter ? filter.join(':') : ''] || 0;
    count.textContent = shown + ' of ' + rows.length + ' shown' +
        (more ? '; ' + more + (filter ? ' more of these' : ' more') + ' are not in this page but in findings.csv' : '');
    what.textContent = filter ? filter[0] + ' ' + filter[1] + ' \u00d7' : '';
    what.hidden = !filter;
  };
  const from_address = () => {
    const match = location.hash.match(/^#f=([a-z]+):(.*)$/);
    filter = match ? [match[1], decodeURIComponent(match[2])] : null;
    show();
    if (match) document.getElementById('items').scrollIntoView();
  };
  what.addEventListener('click', () => { history.pushState(null, '', '#items'); filter = null; show(); });
  find.addEventListener('input', show);
  addEventListener('hashchange', from_address);
  from_address();
})();
)js";

}  // namespace handoff::report
