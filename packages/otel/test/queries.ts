import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** A query that this package ships. */
export interface ShippedQuery {
  /** Title of its panel, or name of its alert. */
  readonly title: string;
  readonly expression: string;
}

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');

export interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string; readonly refId: string }[];
}

/** The dashboard for Grafana, as far as it is looked at. */
export const dashboard = JSON.parse(read('grafana/breakwater.json')) as {
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly definition?: string }[] };
};

/** All queries of the panels, with the variables as Grafana fills them in for one job. */
export function panelQueries(job: string): ShippedQuery[] {
  return dashboard.panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ expr, refId }) => ({ title: `${title} (${refId})`, expression: filledIn(expr, job) })),
  );
}

/** Queries of the variables: the series that they take their values from. */
export function variableQueries(job: string): ShippedQuery[] {
  return dashboard.templating.list.flatMap(({ name, definition }) => {
    const series = definition === undefined ? undefined : /^label_values\((.*), (\w+)\)$/.exec(definition);
    if (series?.[1] === undefined || series[2] === undefined) return [];
    return [{ title: name, expression: `count by (${series[2]}) (${filledIn(series[1], job)})` }];
  });
}

export const alertsText = read('alerts/breakwater.yml');

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly annotations: Readonly<Record<string, string>>;
}

/** The alert rules, as far as they are looked at. */
export const alerts: readonly Rule[] = (parse(alertsText) as { groups: { rules: Rule[] }[] }).groups.flatMap(
  ({ rules }) => rules,
);

export const alertQueries: readonly ShippedQuery[] = alerts.map(({ alert, expr }) => ({
  title: alert,
  expression: expr,
}));

function filledIn(query: string, job: string): string {
  const values = { job, policy: '.*', key: '.*', __rate_interval: '1m' };
  return query.replace(/\$(\w+)/g, (whole, name: string) =>
    Object.hasOwn(values, name) ? values[name as 'job'] : whole,
  );
}
