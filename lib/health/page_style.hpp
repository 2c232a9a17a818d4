#pragma once
// The looks of the page.

namespace sluice::health {

inline constexpr char kPageStyle[] = R"css(
:root{color-scheme:light dark;--bg:#fff;--card:#f5f6f8;--text:#16191d;--soft:#5b6470;--line:#d5dae0;
--none:#e3e6ea;--ok:#1a7f45;--warn:#9a6200;--bad:#c0262d;--doom:#a8d5b8;--ink:#fff}
@media(prefers-color-scheme:dark){:root{--bg:#111418;--card:#1a1f25;--text:#e8ebef;--soft:#9aa5b1;
--line:#333b45;--none:#272d35;--ok:#3fb970;--warn:#e0a030;--bad:#ff6b6b;--doom:#24553a;--ink:#0b0e11}}
*{box-sizing:border-box}
body{margin:0 auto;padding:1rem;max-width:76rem;overflow-wrap:anywhere;background:var(--bg);color:var(--text);
font:16px/1.45 system-ui,sans-serif}
h1{font-size:1.15rem;margin:0 0 .75rem}h2{font-size:1.25rem;margin:0}h3{font-size:.95rem;margin:1.25rem 0 .25rem}
.state{display:flex;gap:.75rem;align-items:center;padding:1rem;border-radius:.6rem;color:var(--ink);
background:var(--ok);font-size:1.1rem;flex-wrap:wrap}
.state span{flex:1 1 14rem}
.state b{font-size:1.5rem}.state.warning{background:var(--warn)}.state.critical{background:var(--bad)}
ul{padding-left:1.2rem;margin:.5rem 0}
section{background:var(--card);border:1px solid var(--line);border-radius:.6rem;padding:1rem;margin-top:1rem}
dl{display:flex;flex-wrap:wrap;gap:.5rem 2rem;margin:.75rem 0}dt{color:var(--soft);font-size:.8rem}
dd{margin:0;font-size:1.15rem;font-weight:600}
figure{margin:0;flex:0 1 297px;min-width:270px}figcaption,.axis,.soft{color:var(--soft);font-size:.8rem}
.calendar{display:flex;flex-wrap:wrap;gap:.75rem 1rem}
svg{display:block;width:100%;fill:none}svg text{font:10px system-ui,sans-serif;fill:var(--soft)}
.n{fill:var(--none)}.k{fill:var(--ok)}.d{fill:var(--doom)}.g{stroke:var(--bad);stroke-width:1.5}
.f{stroke:var(--bad);stroke-width:1.5;vector-effect:non-scaling-stroke}
.l{stroke:var(--ok);stroke-width:2;vector-effect:non-scaling-stroke;stroke-linejoin:round}
.chart{height:7rem;border-bottom:1px solid var(--line)}.charts{display:grid;gap:0 2rem}
@media(min-width:48rem){.charts{grid-template-columns:1fr 1fr}}
.axis{display:flex;justify-content:space-between;margin:.15rem 0 0}
.legend{display:flex;flex-wrap:wrap;gap:.25rem 1rem;margin:.75rem 0 0;font-size:.85rem}
.legend span{display:flex;gap:.4rem;align-items:center}.legend svg{width:11px;height:11px}
pre{margin:.25rem 0;padding:.75rem;background:var(--bg);border:1px solid var(--line);border-radius:.4rem;
white-space:pre-wrap;font:.85rem/1.5 ui-monospace,monospace}
summary{cursor:pointer}
)css";

}  // namespace sluice::health
