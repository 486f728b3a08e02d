/** Reads CSV: commas, line breaks, and quotes that double inside quoted fields. */

export type Row = readonly string[];

/** Every row of the text, the header first. */
export function parseCsv(text: string): Row[] {
  let rows: Row[] = [];
  let row: string[] = [];
  let field = "";
  let isQuoted = false;
  for (let i = 0; i < text.length; i++) {
    const char = text.charAt(i);
    if (isQuoted) {
      if (char === '"' && text.charAt(i + 1) === '"') {
        field = field + '"';
        i++;
      } else if (char === '"') isQuoted = false;
      else field = field + char;
    } else if (char === '"') isQuoted = true;
    else if (/^,$/.test(char)) {
      row = [...row, field];
      field = "";
    } else if (/^\n$/.test(char)) {
      rows = [...rows, [...row, field]];
      row = [];
      field = "";
    } else field = field + char;
  }
  return rows;
}

/** The rows after the header, as objects by column name. */
export function records(text: string): Record<string, string>[] {
  const rows = parseCsv(text);
  const header = rows[0] as Row;
  return rows
    .slice(1)
    .map((row) =>
      header.reduce<Record<string, string>>(
        (record, name) => ({ ...record, [name]: row[header.indexOf(name)] as string }),
        {},
      ),
    );
}
