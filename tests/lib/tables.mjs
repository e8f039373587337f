// How other programs read the tables that the page saves.

import assert from "node:assert/strict";

/** Rows and cells of a CSV, by RFC 4180 and nothing more. */
export function parseCsv(text) {
  assert.ok(text.endsWith("\r\n"));
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/y;
  const rows = [[]];
  while (cell.lastIndex < text.length) {
    const found = cell.exec(text);
    assert.ok(found, "a cell that RFC 4180 does not allow");
    rows.at(-1).push(found[1]?.replaceAll('""', '"') ?? found[2]);
    if (found[3] === "\r\n") rows.push([]);
  }
  return rows.slice(0, -1);
}
