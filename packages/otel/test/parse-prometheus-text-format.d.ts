declare module 'parse-prometheus-text-format' {
  /** Returns the families of a scrape. */
  function parse(text: string): unknown[];
  export = parse;
}
