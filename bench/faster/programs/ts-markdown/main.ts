/** Turns Markdown into HTML: headings with a table of contents, lists, code, quotes, tables, links and emphasis. */
interface Heading {
  readonly level: number;
  readonly text: string;
  readonly slug: string;
}

interface State {
  readonly headings: Heading[];
  readonly links: Record<string, string>;
}

function escapeHtml(text: string): string {
  let result = "";
  for (const character of text) {
    switch (character) {
      case "&":
        result += "&amp;";
        break;
      case "<":
        result += "&lt;";
        break;
      case ">":
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      default:
        result += character;
    }
  }
  return result;
}

/** A name for a heading that no earlier heading has. */
function slugOf(text: string, headings: readonly Heading[]): string {
  const base = text
    .toLowerCase()
    .replace(new RegExp("[^a-z0-9 -]", "g"), "")
    .trim()
    .replace(new RegExp(" +", "g"), "-");
  let slug = base;
  let number = 1;
  while (headings.some((heading) => heading.slug === slug)) {
    number++;
    slug = `${base}-${number}`;
  }
  return slug;
}

/** Reference links: `[name]: address` on a line of its own. */
function collectLinks(lines: readonly string[]): Record<string, string> {
  let links: Record<string, string> = {};
  for (const line of lines) {
    const match = line.match(/^\[([^\]]+)\]:\s*(\S+)/);
    if (match) links = { ...links, [match[1]!.toLowerCase()]: match[2]! };
  }
  return links;
}

function inline(text: string, state: State): string {
  let html = escapeHtml(text);
  html = html.replace(/`([^`]+)`/g, "<code>$1</code>");
  html = html.replace(/\*\*([^*]+)\*\*/g, "<strong>$1</strong>");
  html = html.replace(/\*([^*]+)\*/g, "<em>$1</em>");
  html = html.replace(/\[([^\]]+)\]\(([^)]+)\)/g, '<a href="$2">$1</a>');
  for (const name of Object.keys(state.links)) {
    html = html.split(`[${name}]`).join(`<a href="${escapeHtml(state.links[name]!)}">${name}</a>`);
  }
  return html;
}

function isTableRow(line: string): boolean {
  return /^\|.*\|\s*$/.test(line);
}

function tableRow(line: string, tag: string, state: State): string {
  const cells = line.trim().slice(1, -1).split("|");
  return `<tr>${cells.map((cell) => `<${tag}>${inline(cell.trim(), state)}</${tag}>`).join("")}</tr>`;
}

/** Takes lines from the front while they belong to one block, and answers its HTML. */
function block(lines: string[], state: State): string {
  const line = lines.shift()!;
  if (line.startsWith("```")) {
    let code = "";
    while (lines.length > 0 && !lines[0]!.startsWith("```")) code += `${lines.shift()}\n`;
    lines.shift();
    return `<pre><code>${escapeHtml(code)}</code></pre>`;
  }
  const heading = line.match(/^(#{1,6}) (.*)$/);
  if (heading) {
    const level = heading[1]!.length;
    const slug = slugOf(heading[2]!, state.headings);
    state.headings.push({ level, text: heading[2]!, slug });
    return `<h${level} id="${slug}">${inline(heading[2]!, state)}</h${level}>`;
  }
  if (/^[-*] /.test(line)) {
    const items = [line];
    while (lines.length > 0 && /^[-*] /.test(lines[0]!)) items.push(lines.shift()!);
    return `<ul>${items.map((item) => `<li>${inline(item.slice(2), state)}</li>`).join("")}</ul>`;
  }
  if (line.startsWith("> ")) {
    const quoted = [line.slice(2)];
    while (lines.length > 0 && lines[0]!.startsWith("> ")) quoted.push(lines.shift()!.slice(2));
    return `<blockquote>${inline(quoted.join(" "), state)}</blockquote>`;
  }
  if (isTableRow(line)) {
    let rows = tableRow(line, "th", state);
    while (lines.length > 0 && isTableRow(lines[0]!)) {
      const next = lines.shift()!;
      if (!/^[|\s:-]+$/.test(next)) rows += tableRow(next, "td", state);
    }
    return `<table>${rows}</table>`;
  }
  let paragraph = line;
  while (lines.length > 0 && lines[0]!.trim() !== "" && !/^([#>`|]|[-*] )/.test(lines[0]!))
    paragraph += ` ${lines.shift()!.trim()}`;
  return `<p>${inline(paragraph, state)}</p>`;
}

function tableOfContents(headings: readonly Heading[]): string {
  let html = "";
  for (const heading of headings) {
    const number = headings
      .slice(0, headings.indexOf(heading) + 1)
      .filter((other) => other.level === heading.level).length;
    html += `<li class="level-${heading.level}">${number}. <a href="#${heading.slug}">${escapeHtml(heading.text)}</a></li>\n`;
  }
  return `<ol>\n${html}</ol>\n`;
}

export function main(text: string): string {
  const all = text.split("\n");
  const state: State = { headings: [], links: collectLinks(all) };
  const lines = all.filter((line) => !/^\[([^\]]+)\]:/.test(line));
  let body = "";
  while (lines.length > 0) {
    if (lines[0]!.trim() === "") lines.shift();
    else body += `${block(lines, state)}\n`;
  }
  return tableOfContents(state.headings) + body;
}
