/** A section of an explanation, before it becomes text for a terminal or Markdown. */
export interface Section {
  readonly title: string;
  readonly blocks: readonly Block[];
}

export type Block =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'terms'; readonly terms: readonly Term[] }
  | { readonly kind: 'table'; readonly table: TableBlock }
  | { readonly kind: 'warnings'; readonly warnings: readonly WarningLines[] };

/** A term, and a few sentences about it. */
export interface Term {
  readonly term: string;
  readonly sentences: readonly string[];
}

/** The first column is to the left, the others to the right. A heading may have two lines. */
export interface TableBlock {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export interface WarningLines {
  readonly id: string;
  readonly option: string;
  readonly problem: string;
  readonly advice: string;
}
