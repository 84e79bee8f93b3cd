#include "hosts/cli/html_style.h"

namespace assay::cli {

std::string_view html_style() {
    return R"css(
:root{color-scheme:light dark;--bg:#f4f6f8;--panel:#fff;--ink:#17212b;--muted:#5b6875;
--line:#e2e7ec;
--soft:#eef2f5;--accent:#1559b7;--fills:#1559b7;--rejects:#b8520a;--good:#0a6b45;--bad:#a8261b;
--warn:#8a5a00;
--warnbg:#fff4db;--s2:#0a7f6f;--s3:#7a3fb5;--s4:#b3246e;--s5:#5d6f00;--s6:#476277;--s7:#8d5b3a}
@media (prefers-color-scheme:dark){:root{--bg:#0d1217;--panel:#141b22;--ink:#e4ebf1;
--muted:#8f9dab;
--line:#27323c;--soft:#1b242d;--accent:#6cb2ff;--fills:#6cb2ff;--rejects:#ffa85c;--good:#57cf9c;
--bad:#ff8277;
--warn:#f0c060;--warnbg:#2d2511;--s2:#4fd1bd;--s3:#c39bf5;--s4:#f58fc0;--s5:#c6d65a;--s6:#a9c0d3;
--s7:#dbb08e}}
*{box-sizing:border-box}
html{scroll-behavior:auto}
body{margin:0;background:var(--bg);color:var(--ink);font:13px/1.45 Inter,system-ui,"Segoe UI",
Roboto,
"Helvetica Neue",Arial,sans-serif;font-variant-numeric:tabular-nums}
main{max-width:1360px;margin:0 auto;padding:22px 24px 60px}
header{display:flex;flex-wrap:wrap;align-items:baseline;gap:6px 18px;margin-bottom:14px}
h1{font-size:21px;letter-spacing:-.01em;margin:0;font-weight:650}
h2{font-size:14px;margin:0 0 2px;font-weight:650}
h3{font-size:12px;margin:0 0 4px;font-weight:600}
p{margin:4px 0}.muted,.sub{color:var(--muted)}.sub{font-size:12px;margin:0 0 8px}
.meta{color:var(--muted);display:flex;flex-wrap:wrap;gap:4px 16px}
.meta b{color:var(--ink);font-weight:550}
.panel,.lp{background:var(--panel);border:1px solid var(--line);border-radius:8px;
padding:14px 16px;margin:0 0 14px}
.banner{background:var(--warnbg);border:1px solid var(--warn);color:var(--warn);border-radius:8px;
padding:8px 14px;margin:0 0 14px;font-weight:550}
.scroll{overflow-x:auto;margin:0 -4px;padding:0 4px}
table{border-collapse:collapse;width:100%}
th,td{padding:4px 7px;text-align:right;white-space:nowrap;border-bottom:1px solid var(--line)}
th{color:var(--muted);font-weight:500;font-size:11.5px;vertical-align:bottom;line-height:1.25}
td.t,th.t{text-align:left}
td.name{font-weight:550;max-width:240px;overflow:hidden;text-overflow:ellipsis}
tbody tr:hover{background:var(--soft)}
tfoot td{border-top:1px solid var(--muted);border-bottom:0;color:var(--muted)}
tbody tr:last-child td{border-bottom:0}
th button{all:unset;cursor:pointer;text-align:inherit}
th button:focus-visible,a:focus-visible,summary:focus-visible{outline:2px solid var(--accent);
outline-offset:2px}
th[aria-sort=ascending] button:after{content:" ↑"}
th[aria-sort=descending] button:after{content:" ↓"}
td.absent{color:var(--muted)}td.score{font-weight:650;font-size:14px}
td.best{color:var(--good)}td.worst{color:var(--bad)}
td.best:after{content:" ▲";font-size:8px}td.worst:after{content:" ▽";font-size:8px}
.pad:after{content:" ▲";font-size:8px;visibility:hidden}
.tag{display:inline-block;font-size:10.5px;line-height:16px;padding:0 6px;border-radius:8px;
background:var(--warnbg);color:var(--warn);font-weight:550}
.slot .tag{margin-left:6px}.slot{display:inline-block;width:4.6em;text-align:left}
.slot.wide{width:6em}
a{color:inherit;text-decoration-color:var(--line);text-underline-offset:3px}
a:hover{text-decoration-color:currentColor}
.notes{color:var(--muted);font-size:12px;margin-top:8px}.notes p{margin:2px 0}
.notes .say{color:var(--warn)}
.grid{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:12px}
.card{border:1px solid var(--line);border-radius:6px;padding:10px 12px;min-width:0;
container-type:inline-size}.card.wide{grid-column:1/-1}
.duo{display:grid;grid-template-columns:minmax(0,1fr) auto;gap:12px;align-items:start}
.duo.stack{grid-template-columns:minmax(0,1fr)}.duo svg{max-width:560px}
.wide .duo{grid-template-columns:minmax(0,560px) auto;justify-content:start;gap:12px 40px}
.duo.stack td,.duo.stack th{padding:1px 12px 1px 0}
.duo table{width:auto;font-size:11.5px;justify-self:start}.duo th,.duo td{padding:1px 5px;border:0}
.duo tbody tr:hover{background:none}
.lp>div.head{display:flex;flex-wrap:wrap;align-items:baseline;gap:4px 18px;margin-bottom:10px}
.lp h2{font-size:16px;overflow-wrap:anywhere}.big{font-size:20px;font-weight:650}
.health{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:4px 28px}
.wider svg{min-width:640px}
.account{display:flex;height:8px;border-radius:4px;overflow:hidden;background:var(--soft);
margin:5px 0 3px}
.account i{display:block;min-width:2px}.a0{background:var(--good)}.a1{background:var(--s6)}
.a2{background:var(--warn)}.a3{background:var(--bad)}
.key:before{content:"■ "}.k0:before{color:var(--good)}.k1:before{color:var(--s6)}
.k2:before{color:var(--warn)}
.k3:before{color:var(--bad)}.key{margin-right:14px;white-space:nowrap}
.wrong{color:var(--bad);font-weight:650}
details{margin-top:8px}summary{cursor:pointer;color:var(--accent)}
details[open] summary{margin-bottom:6px}
svg{display:block;width:100%;height:auto}td svg{width:150px;margin-left:auto}
svg text{font-size:10.5px;fill:var(--muted)}.end{text-anchor:end}.middle{text-anchor:middle}
svg .strong{fill:var(--ink);font-weight:550}svg .faint{opacity:.75;font-size:9.5px}
.grid line,line.grid{stroke:var(--line);stroke-width:1}
line.zero{stroke:var(--muted);stroke-width:1}
line.quantile{stroke:var(--rejects);stroke-width:1.2;stroke-dasharray:4 3}
line.scale{stroke:var(--line)}
.curve{fill:none;stroke-width:1.9;stroke-linejoin:round}
svg .name{font-size:11.5px;font-weight:600}
.curve.fills,.curve.s0{stroke:var(--fills)}
.curve.rejects{stroke:var(--rejects);stroke-dasharray:5 3}
.curve.s1{stroke:var(--rejects)}.curve.s2{stroke:var(--s2);stroke-dasharray:7 3}
.curve.s3{stroke:var(--s3)}
.curve.s4{stroke:var(--s4);stroke-dasharray:2 3}.curve.s5{stroke:var(--s5)}
.curve.s6{stroke:var(--s6);stroke-dasharray:7 3}.curve.s7{stroke:var(--s7)}
circle.fills,text.fills,circle.s0,text.s0{fill:var(--fills)}
circle.rejects,text.rejects,circle.s1,text.s1{fill:var(--rejects)}
circle.s2,text.s2{fill:var(--s2)}circle.s3,text.s3{fill:var(--s3)}
circle.s4,text.s4{fill:var(--s4)}
circle.s5,text.s5{fill:var(--s5)}circle.s6,text.s6{fill:var(--s6)}
circle.s7,text.s7{fill:var(--s7)}
.bar{fill:var(--fills);fill-opacity:.78}.track{fill:var(--soft)}
.interval{fill:var(--accent);fill-opacity:.35}.dot{fill:var(--accent)}
.none{color:var(--muted);padding:26px 0;text-align:center}
footer{color:var(--muted);font-size:12px}
@container (max-width:440px){.duo{grid-template-columns:minmax(0,1fr)!important}}
@media (max-width:800px){main{padding:14px 10px 40px}
.grid,.health{grid-template-columns:minmax(0,1fr)}.panel,.lp{padding:12px 10px}}
@media print{:root{--bg:#fff;--panel:#fff;--ink:#000;--muted:#444;--line:#ccc;--soft:#eee;
--accent:#1559b7;--fills:#1559b7;
--rejects:#b8520a;--good:#0a6b45;--bad:#a8261b;--warn:#8a5a00;--warnbg:#fff}
@page{size:A4 landscape;margin:10mm}body{font-size:9.5px}main{max-width:none;padding:0}
.panel,.card,.lp>div.head{break-inside:avoid}.lp{border:0;padding:0;break-before:page}
.scroll{overflow:visible}th,td{padding:2px 4px}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
)css";
}

std::string_view html_script() {
    return R"js(
for (const table of document.querySelectorAll("table.sort")) {
  const heads = [...table.tHead.rows[0].cells], body = table.tBodies[0];
  heads.forEach((head, column) => head.querySelector("button")?.addEventListener("click", () => {
    const down = head.getAttribute("aria-sort") !== "descending";
    heads.forEach(h => h.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const key = row => row.cells[column].dataset.v ?? row.cells[column].textContent;
    [...body.rows].sort((a, b) => {
      const x = key(a), y = key(b);
      if (x === "" || y === "") return (x === "") - (y === "");
      const order = isNaN(x) || isNaN(y) ? y.localeCompare(x) : y - x;
      return down ? order : -order;
    }).forEach(row => body.append(row));
  }));
}
)js";
}

}  // namespace assay::cli
