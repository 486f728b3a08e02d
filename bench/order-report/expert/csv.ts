/** Reads CSV by slices between separators. */

export type Row = readonly string[];

export function parseCsv(text: string): Row[] {
  const rows: Row[] = [];
  let row: string[] = [];
  for (let at = 0; at < text.length;) {
    let end: number;
    if (text[at] === '"') {
      end = at + 1;
      while (text[end] !== '"' || text[end + 1] === '"') end += text[end] === '"' ? 2 : 1;
      row.push(text.slice(at + 1, end).replaceAll('""', '"'));
      end++;
    } else {
      end = at;
      while (text[end] !== "," && text[end] !== "\n") end++;
      row.push(text.slice(at, end));
    }
    if (text[end] === "\n") {
      rows.push(row);
      row = [];
    }
    at = end + 1;
  }
  return rows;
}

export function records(text: string): Record<string, string>[] {
  const [header, ...rows] = parseCsv(text) as [Row, ...Row[]];
  return rows.map((row) => {
    const record: Record<string, string> = {};
    for (let i = 0; i < header.length; i++) record[header[i] as string] = row[i] as string;
    return record;
  });
}
