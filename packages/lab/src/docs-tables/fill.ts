/** Returns the text with each table of these between its markers, `<!-- name -->` and `<!-- /name -->`. */
export function withTables(text: string, tables: ReadonlyMap<string, string>): string {
  let filled = text;
  for (const [name, table] of tables) {
    const [open, close] = [`<!-- ${name} -->\n`, `<!-- /${name} -->`];
    const start = filled.indexOf(open);
    const end = filled.indexOf(close, start);
    if (start < 0 || end < 0) continue;
    filled = `${filled.slice(0, start + open.length)}${table}\n${filled.slice(end)}`;
  }
  return filled;
}
