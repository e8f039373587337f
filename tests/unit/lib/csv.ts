/** Rows and cells of a CSV, by RFC 4180 and nothing more. */
export function parseCsv(text: string): string[][] {
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/y;
  const rows: string[][] = [[]];
  while (cell.lastIndex < text.length) {
    const found = cell.exec(text);
    if (!found) throw new Error("a cell that RFC 4180 does not allow");
    const [, quoted, plain = "", end] = found;
    rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain);
    if (end === "\r\n") rows.push([]);
  }
  if (!text.endsWith("\r\n")) throw new Error("the last row does not end");
  return rows.slice(0, -1);
}
