/** A script's statements, as far as a guess needs them: what a call in Python holds is often spread over several lines. */

/** More is no call, but a bracket in a text that was taken for one. */
const MOST_LINES = 16;
const NOT_CODE = /(["'])(?:\\.|(?!\1)[^\\\n])*\1|#.*/g;

/** The lines, those of a bracket that is open joined with the one that opens it. */
export function statementsOf(lines: readonly string[]): string[] {
  const statements: string[] = [];
  for (let i = 0; i < lines.length; i++) {
    const [first = ""] = lines.slice(i, i + 1);
    const taken = [first];
    let open = openIn(first);
    for (let next = lines[i + 1]; open > 0 && next !== undefined; next = lines[i + 1]) {
      if (taken.length === MOST_LINES || !(isDeeper(next, first) || /^\s*[)\]}]/.test(next))) break;
      taken.push(next);
      open += openIn(next);
      i++;
    }
    statements.push(taken.join("\n"));
  }
  return statements;
}

function openIn(line: string): number {
  const code = line.replaceAll(NOT_CODE, "");
  return (code.match(/[([{]/g)?.length ?? 0) - (code.match(/[)\]}]/g)?.length ?? 0);
}

const isDeeper = (line: string, than: string): boolean => line.search(/\S|$/) > than.search(/\S|$/);
