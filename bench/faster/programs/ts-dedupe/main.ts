/** Finds notes that say nearly the same: by shared word triples first, then by the lines that differ. */
interface Note {
  readonly id: string;
  readonly title: string;
  readonly lines: string[];
}

interface Pair {
  readonly first: Note;
  readonly second: Note;
  readonly similarity: number;
}

function parseNotes(text: string): Note[] {
  const notes: Note[] = [];
  for (const block of text.split("\n\n")) {
    const lines = block.split("\n").filter((line) => line.trim() !== "");
    if (lines.length === 0) continue;
    const [id, ...title] = (lines[0] ?? "").replace(/^#\s*/, "").split(" ");
    notes.push({ id: id ?? "", title: title.join(" "), lines: lines.slice(1) });
  }
  return notes;
}

function wordsOf(note: Note): string[] {
  return note.lines
    .join(" ")
    .toLowerCase()
    .replace(/[^a-z0-9 ]/g, "")
    .split(" ")
    .filter((word) => word.length > 0);
}

/** Three words in a row, each combination once. */
function shingles(note: Note): string[] {
  const words = wordsOf(note);
  const found: string[] = [];
  for (let i = 0; i + 2 < words.length; i++) {
    const shingle = words.slice(i, i + 3).join(" ");
    if (!found.includes(shingle)) found.push(shingle);
  }
  return found;
}

/** Shared parts among all parts (Jaccard). */
function similarity(a: Note, b: Note): number {
  const left = shingles(a);
  const right = shingles(b);
  const shared = left.filter((shingle) => right.includes(shingle)).length;
  const all = left.length + right.length - shared;
  return all === 0 ? 0 : shared / all;
}

function similarPairs(notes: readonly Note[], least: number): Pair[] {
  const pairs: Pair[] = [];
  for (const first of notes) {
    for (const second of notes) {
      if (first.id >= second.id) continue;
      const value = similarity(first, second);
      if (value >= least) pairs.push({ first, second, similarity: value });
    }
  }
  return pairs.sort((a, b) => b.similarity - a.similarity || a.first.id.localeCompare(b.first.id));
}

/** Lengths of the longest common subsequence of all prefixes. */
function commonLengths(a: readonly string[], b: readonly string[]): number[][] {
  const table: number[][] = [];
  for (let i = 0; i <= a.length; i++) {
    table.push(Array.from({ length: b.length + 1 }, () => 0));
  }
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      table[i]![j] =
        a[i - 1]!.trim() === b[j - 1]!.trim()
          ? table[i - 1]![j - 1]! + 1
          : Math.max(table[i - 1]![j]!, table[i]![j - 1]!);
    }
  }
  return table;
}

function difference(a: readonly string[], b: readonly string[]): string[] {
  const table = commonLengths(a, b);
  let changes: string[] = [];
  let [i, j] = [a.length, b.length];
  while (i > 0 || j > 0) {
    if (i > 0 && j > 0 && a[i - 1]!.trim() === b[j - 1]!.trim()) {
      i--;
      j--;
    } else if (j > 0 && (i === 0 || table[i]![j - 1]! >= table[i - 1]![j]!)) {
      changes = [`+ ${b[--j]}`, ...changes];
    } else {
      changes = [`- ${a[--i]}`, ...changes];
    }
  }
  return changes;
}

/** Notes that belong together, directly or by way of others. */
function groups(pairs: readonly Pair[]): string[][] {
  let found: string[][] = [];
  for (const { first, second } of pairs) {
    const touching = found.filter((group) => group.includes(first.id) || group.includes(second.id));
    const merged = [...new Set([...touching.flat(), first.id, second.id])].sort();
    found = [...found.filter((group) => !touching.includes(group)), merged];
  }
  return found.sort((a, b) => b.length - a.length || a[0]!.localeCompare(b[0]!));
}

export function main(text: string): string {
  const notes = parseNotes(text);
  const pairs = similarPairs(notes, 0.3);
  let report = `${notes.length} notes, ${pairs.length} similar pairs\n`;
  for (const { first, second, similarity: value } of pairs) {
    report += `${first.id} ${second.id} ${value.toFixed(4)} ${first.title} / ${second.title}\n`;
    for (const change of difference(first.lines, second.lines)) report += `  ${change}\n`;
  }
  for (const group of groups(pairs)) report += `group ${group.join(", ")}\n`;
  return report;
}
