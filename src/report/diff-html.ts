/** A unified diff as HTML: coloured, with what would drive or turn around its lines shown as codes. */
import { escapeXml, shortened, visible } from "./escape.ts";

const SHOWN_LINES = 1_500;
const LINE_LENGTH = 500;

/** Longer diffs and lines are cut, and say so. A box that scrolls can be reached by the keyboard. */
export function diffHtml(diff: string): string {
  const lines = diff.trimEnd().split("\n");
  const shown = coloured(lines.slice(0, SHOWN_LINES)).join("\n");
  const rest = lines.length - SHOWN_LINES;
  const more = rest > 0 ? `<p class="soft">${rest} more lines: <code>strop diff</code> has them.</p>` : "";
  return `<pre class="diff" tabindex="0" role="region" aria-label="The champion's diff">${shown}</pre>${more}`;
}

/** Before the first hunk of a file, `---` and `+++` name it; within hunks they are lines taken out and put in. */
function coloured(lines: readonly string[]): string[] {
  let isHunk = false;
  return lines.map((line) => {
    const text = escapeXml(visible(shortened(line.replace(/\r$/, ""), LINE_LENGTH, 0)));
    if (line.startsWith("diff ")) isHunk = false;
    if (line.startsWith("@@")) isHunk = true;
    const kind = line.startsWith("@@") ? "hunk" : isHunk ? CHANGES[line[0] ?? ""] : "file";
    return kind === undefined ? text : `<span class="${kind}">${text}</span>`;
  });
}

const CHANGES: Readonly<Record<string, string>> = { "+": "add", "-": "del" };
