/** Style sheets of the report and of its chart: system fonts, light and dark. */

/** Of the chart, in the page or as a file of its own. */
export const CHART_STYLE = `
:root { color-scheme: light dark; --ink: #1c2024; --paper: #fff; --soft: #6b7280; --line: #e5e7eb; --best: #0b7a4b; --other: #b45309; --tried: #94a3b8; --bad: #b42318; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e8ea; --paper: #14171a; --soft: #9aa3ad; --line: #2b3138; --best: #3fcf8e; --other: #f0a35b; --tried: #5b6673; --bad: #ff8a7a; } }
svg text { font: 11px system-ui, sans-serif; fill: var(--soft); } .paper { fill: var(--paper); }
.grid { stroke: var(--line); } .tried { fill: var(--tried); opacity: .7; } .kept { fill: var(--best); }
.best { fill: none; stroke-width: 2; } .s0 { stroke: var(--best); } .s1, .s2, .s3 { stroke: var(--other); stroke-dasharray: 5 4; }
`;

export const STYLE = `${CHART_STYLE}
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 960px; margin: 0 auto; padding: 32px 20px 64px; }
h1 { font-size: 24px; font-weight: 600; margin: 0 0 4px; } h1 strong { color: var(--best); } h1 small { color: var(--soft); font-weight: 400; }
h2 { font-size: 16px; margin: 32px 0 8px; }
p { margin: 4px 0; color: var(--soft); } .note { border-left: 3px solid var(--other); padding-left: 10px; }
figure { margin: 20px 0 0; } svg { width: 100%; height: auto; }
.key { margin-right: 16px; font-size: 13px; } .key.s0 { color: var(--best); } .key.s1, .key.s2, .key.s3 { color: var(--other); }
table { border-collapse: collapse; width: 100%; font-size: 13px; } th { text-align: left; color: var(--soft); font-weight: 500; }
td, th { padding: 3px 10px 3px 0; border-bottom: 1px solid var(--line); vertical-align: top; } .n { text-align: right; font-variant-numeric: tabular-nums; }
tr.keep td { color: var(--best); font-weight: 600; } tr.crashed td:nth-child(2), tr.timed-out td:nth-child(2), tr.invalid td:nth-child(2) { color: var(--bad); }
.diff { overflow: auto; padding: 12px; border: 1px solid var(--line); border-radius: 6px; font: 12.5px/1.45 ui-monospace, monospace; }
.add { color: var(--best); } .del { color: var(--bad); } .hunk { color: var(--soft); }
footer { margin-top: 32px; color: var(--soft); font-size: 12.5px; }
`;
