/** Style sheet of the report page: system fonts, light and dark, narrow and wide, and paper. Colours: palette.ts. */
import { DARK, LIGHT, PICTURE_STYLE, type Scheme } from "./pictures/palette.ts";

const names = ({ ink, paper, soft, line, bad, series }: Scheme): string =>
  `--ink: ${ink}; --paper: ${paper}; --soft: ${soft}; --line: ${line}; --bad: ${bad}; --best: ${series[0]}; --warn: ${series[2]};`;

export const STYLE = `
:root { color-scheme: light dark; ${names(LIGHT)} }
@media (prefers-color-scheme: dark) { :root { ${names(DARK)} } }
${PICTURE_STYLE}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, "Segoe UI", "Noto Sans", sans-serif; overflow-wrap: anywhere; }
main { max-width: 960px; margin: 0 auto; padding: 32px 20px 64px; }
h1 { font-size: clamp(24px, 5vw, 36px); line-height: 1.2; font-weight: 600; margin: 2px 0 6px; }
h1 strong { color: var(--best); font-weight: 700; } h1 .from { font-weight: 400; } h1 .change { font-size: .6em; font-weight: 600; color: var(--best); white-space: nowrap; }
h2 { font-size: 17px; margin: 40px 0 8px; } a { color: inherit; } p { margin: 4px 0; } .soft, footer { color: var(--soft); }
.trust { list-style: none; margin: 16px 0 0; padding: 0; font-size: 14px; } .trust li { padding: 2px 0 2px 24px; position: relative; color: var(--soft); }
.trust b { position: absolute; left: 0; width: 18px; text-align: center; } .trust .good b { color: var(--best); } .trust .warn { color: var(--ink); } .trust .warn b { color: var(--warn); }
figure { margin: 28px 0 0; } .axis { font-size: 13px; color: var(--soft); margin: 0 0 10px; }
svg.plot { display: block; width: calc(100% - 68px); margin: 0 10px 56px 58px; overflow: visible; }
figcaption { margin-bottom: 14px; font-size: 13px; color: var(--soft); display: flex; flex-wrap: wrap; gap: 4px 20px; } figcaption span { display: inline-flex; align-items: center; gap: 6px; }
.wide { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-size: 13.5px; } th { text-align: left; color: var(--soft); font-weight: 500; white-space: nowrap; }
td, th { padding: 4px 14px 4px 0; border-bottom: 1px solid var(--line); vertical-align: top; } td:last-child, th:last-child { padding-right: 4px; }
.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; } .w { white-space: nowrap; } td small { display: block; color: var(--soft); font-size: 12.5px; }
.keep { color: var(--best); font-weight: 600; } .failed { color: var(--bad); } tr:target { outline: 2px solid var(--best); }
.bar { display: inline-block; height: 9px; background: var(--best); border-radius: 2px; min-width: 1px; } td.gain { width: 22%; min-width: 56px; }
.diff { overflow: auto; max-height: 70vh; padding: 12px; border: 1px solid var(--line); border-radius: 6px; font: 12.5px/1.5 ui-monospace, "Cascadia Mono", "DejaVu Sans Mono", monospace; tab-size: 4; }
.add { color: var(--best); } .del { color: var(--bad); } .hunk { color: var(--soft); } .file { font-weight: 700; }
footer { margin-top: 40px; font-size: 12.5px; } :focus-visible { outline: 2px solid var(--best); outline-offset: 2px; }
@media (max-width: 640px) { main { padding: 20px 14px 48px; } .p { display: none; } svg.plot { width: calc(100% - 56px); margin-left: 48px; margin-right: 8px; } }
@media print { .diff { max-height: none; } h2 { break-after: avoid; } tr, figure { break-inside: avoid; } }
`;
