import { parser } from '@prometheus-io/lezer-promql';
import type { ScrapedSample } from './scrape.js';

/** A selector of series in a query. */
export interface Selector {
  readonly text: string;
  matches(sample: Pick<ScrapedSample, 'name' | 'labels'>): boolean;
}

/** Returns the selectors of a query. @throws SyntaxError if the parser of Prometheus cannot read it. */
export function selectorsOf(query: string): Selector[] {
  const selectors: { text: string; rules: [label: string, operator: string, value: string][] }[] = [];
  parser.parse(query).iterate({
    enter({ name, type, node, from, to }) {
      const text = query.slice(from, to);
      if (type.isError) throw new SyntaxError(`cannot be read from "${query.slice(from)}" on: ${query}`);
      if (name === 'VectorSelector') selectors.push({ text, rules: [] });
      const rules = selectors.at(-1)?.rules;
      if (name === 'Identifier') rules?.push(['__name__', '=', text]);
      if (name !== 'UnquotedLabelMatcher') return;
      const [label = '', operator = '', value = ''] = ['LabelName', 'MatchOp', 'StringLiteral'].map((child) => {
        const found = node.getChild(child);
        return found === null ? '' : query.slice(found.from, found.to);
      });
      rules?.push([label, operator, JSON.parse(value) as string]);
    },
  });
  return selectors.map(({ text, rules }) => ({
    text,
    matches: ({ name, labels }) =>
      rules.every(([label, operator, wanted]) => {
        const value = label === '__name__' ? name : (labels[label] ?? '');
        const isEqual = operator.endsWith('~') ? new RegExp(`^(?:${wanted})$`).test(value) : value === wanted;
        return isEqual !== operator.startsWith('!');
      }),
  }));
}
