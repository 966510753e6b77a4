import { createRequire } from 'node:module';
import { beforeAll, describe, expect, it, test } from '@jest/globals';
import { describeWithPrometheus, promtool, withPrometheus } from './prometheus-server.js';
import { selectorsOf } from './promql.js';
import { alertQueries, alerts, alertsText, dashboard, panelQueries, variableQueries } from './queries.js';
import { JOBS, SCRAPED_AT, type Scrapes, scrapesOf } from './sources.js';
import { calm, trouble } from './trouble.js';

const scrapes: { trouble: Scrapes; calm: Scrapes } = { trouble: new Map(), calm: new Map() };
beforeAll(async () => {
  scrapes.trouble = await scrapesOf(trouble);
  scrapes.calm = await scrapesOf(calm);
});
const all = (source: Scrapes) => [...source.values()].flat();

describe.each(JOBS)('metrics of the job %s', (job) => {
  it.each([...panelQueries(job), ...variableQueries(job), ...alertQueries])(
    'have all series of $title',
    ({ expression }) => {
      const samples = scrapes.trouble.get(job) ?? [];
      const empty = selectorsOf(expression).filter((selector) => !samples.some(selector.matches));
      expect(empty.map(({ text }) => text)).toEqual([]);
    },
  );
});

test('the exporter of OpenTelemetry gives the same samples as our own text, except for the labels that it adds', () => {
  for (const source of [scrapes.trouble, scrapes.calm]) {
    const [own = [], exported = []] = ['own', 'exporter'].map((job) =>
      (source.get(job) ?? [])
        .filter(({ name }) => name.startsWith('breakwater_'))
        .map(({ name, labels: { job: _job, otel_scope_name: _scope, ...labels }, value, at }) =>
          JSON.stringify([name, Object.entries(labels).sort(), Math.round(value * 1e9) / 1e9, at]),
        )
        .sort(),
    );
    expect(own.length).toBeGreaterThan(500);
    expect(exported).toEqual(own);
  }
});

describe('the reader of queries', () => {
  it('rejects an invalid query, and finds each selector with its matchers', () => {
    expect(() => selectorsOf('sum(a')).toThrow(SyntaxError);
    expect(() => selectorsOf('sum by (a) b{c="d"')).toThrow(SyntaxError);
    const [first, second] = selectorsOf('rate({__name__=~"a(_b)?",x!~"y|z"}[5m]) / on (x) c{x="1",y=""}');
    const sample = (name: string, labels = {}) => ({ name, labels });
    expect([first?.matches(sample('a')), first?.matches(sample('a_b', { x: 'w' }))]).toEqual([true, true]);
    expect([first?.matches(sample('a_b', { x: 'y' })), first?.matches(sample('aa'))]).toEqual([false, false]);
    expect([second?.matches(sample('c', { x: '1' })), second?.matches(sample('c', { x: '1', y: 'z' }))]).toEqual([
      true,
      false,
    ]);
  });
});

describe('the dashboard', () => {
  const { panels } = dashboard;

  it('has panels with unique ids, side by side within 24 columns', () => {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const taken = new Set<string>();
    for (const { title, gridPos } of panels) {
      expect([title, gridPos.x + gridPos.w <= 24]).toEqual([title, true]);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
          expect([title, taken.has(`${x}:${y}`)]).toEqual([title, false]);
          taken.add(`${x}:${y}`);
        }
      }
    }
  });

  it('describes each panel, and uses only variables that it defines', () => {
    for (const { title, type, description } of panels) {
      if (type !== 'row') expect([title, description]).toEqual([title, expect.stringMatching(/\.$/)]);
    }
    const left = [...panelQueries('own'), ...variableQueries('own')].filter(({ expression }) =>
      expression.includes('$'),
    );
    expect(left).toEqual([]);
    expect(variableQueries('own').map(({ title }) => title)).toEqual(['job', 'policy', 'key']);
  });
});

test('dashboard and alerts are in the package, and a program can find the dashboard', () => {
  const require = createRequire(import.meta.url);
  expect(require('@breakwater/otel/grafana/breakwater.json')).toEqual(dashboard);
  const { files } = require('@breakwater/otel/package.json') as { files: readonly string[] };
  expect(files).toEqual(expect.arrayContaining(['grafana', 'alerts']));
});

describeWithPrometheus('Prometheus itself', () => {
  it('has data for every panel, from every source', () =>
    withPrometheus(all(scrapes.trouble), async ({ query }) => {
      for (const job of JOBS) {
        for (const { title, expression } of [...panelQueries(job), ...variableQueries(job)]) {
          const values = (await query(expression, SCRAPED_AT)).map(({ value }) => value);
          expect([job, title, values.some((value) => !Number.isNaN(value))]).toEqual([job, title, true]);
        }
      }
    }));

  it('shows figures that the traffic has made', () =>
    withPrometheus(all(scrapes.trouble), async ({ query }) => {
      const panel = async (title: string, job = 'exporter with units') => {
        const { expression } = panelQueries(job).find((other) => other.title === `${title} (A)`) ?? { expression: '' };
        return query(expression, SCRAPED_AT);
      };
      const value = async (title: string) => (await panel(title)).map((sample) => sample.value);
      expect(await value('Circuits not closed')).toEqual([1]);
      const perCall = (await panel('Attempts per call')).map((sample) => sample.value);
      expect(perCall.length).toBeGreaterThan(0);
      const state = await panel('State of each circuit');
      const byPolicy = Object.fromEntries(state.map((sample) => [sample.labels.breakwater_policy, sample.value]));
      expect(byPolicy).toEqual({ billing: 0, search: 2, broke: 0, alone: 0 });
    }));

  it('raises each alert in trouble and none in calm traffic, from every source', async () => {
    await withPrometheus(all(scrapes.trouble), async ({ query }) => {
      for (const { title, expression } of alertQueries) {
        const jobs = new Set((await query(expression, SCRAPED_AT)).map(({ labels }) => labels.job));
        expect([title, [...jobs].sort()]).toEqual([title, [...JOBS].sort()]);
      }
    });
    await withPrometheus(all(scrapes.calm), async ({ query }) => {
      for (const { title, expression } of alertQueries) {
        expect([title, await query(expression, SCRAPED_AT)]).toEqual([title, []]);
      }
    });
  });

  it('takes the rules for good, with what they say', () => {
    expect(promtool(['check', 'rules', 'alerts.yml'], { 'alerts.yml': alertsText })).toContain('4 rules found');
  });

  test.each(ruleTests())('%s', (_title, text) => {
    expect(promtool(['test', 'rules', 'test.yml'], { 'alerts.yml': alertsText, 'test.yml': text })).toContain(
      'SUCCESS',
    );
  });
});

/** Tests in Prometheus's own language: when an alert is raised, and when not. */
function ruleTests(): [title: string, text: string][] {
  const key = 'job="j",breakwater_policy="p",breakwater_key="k"';
  const labels = 'job: j, breakwater_policy: p, breakwater_key: k';
  const state = (name: string, values: string) =>
    `{series: 'breakwater_breaker_state{${key},breakwater_breaker_state="${name}"}', values: '${values}'}`;
  const raised = (at: string, alert: string, severity: string, own: string) =>
    `{eval_time: ${at}, alertname: ${alert}, exp_alerts: [{exp_labels: {severity: ${severity}, ${own}}, exp_annotations: ${JSON.stringify(annotationsOf(alert))}}]}`;
  const silent = (at: string, alert: string) => `{eval_time: ${at}, alertname: ${alert}, exp_alerts: []}`;
  const file = (series: readonly string[], expected: readonly string[]) =>
    ['rule_files: [alerts.yml]', 'evaluation_interval: 30s', 'tests:', '  - interval: 30s', '    input_series:']
      .concat(
        series.map((one) => `      - ${one}`),
        '    alert_rule_test:',
        expected.map((one) => `      - ${one}`),
      )
      .join('\n');
  const OPEN = 'BreakwaterCircuitOpen';
  const BUDGET = 'BreakwaterBudgetEmpty';
  const failures = (name: string, values: string) =>
    `{series: '${name}{${key},breakwater_verdict="transient"}', values: '${values}'}`;
  const balance = (values: string) => `{series: 'breakwater_budget_balance{${key}}', values: '${values}'}`;
  return [
    [
      'a circuit that is open for 5 minutes raises an alert, one that is open for less does not',
      file(
        [state('closed', '0x10 1x10'), state('open', '1x10 0x10')],
        [silent('4m30s', OPEN), raised('5m', OPEN, 'critical', labels), silent('6m', OPEN)],
      ),
    ],
    [
      'a circuit whose probes fail is half-open now and then, and raises it too',
      file(
        [state('open', '1 1 1 0 1 1 0 1 1 1 0 1'), state('half-open', '0 0 0 1 0 0 1 0 0 0 1 0')],
        [silent('4m30s', OPEN), raised('5m', OPEN, 'critical', labels)],
      ),
    ],
    [
      'an empty budget raises an alert while attempts fail, whatever the name of their metric',
      file(
        [balance('0.5x20'), failures('breakwater_attempt_duration_seconds_count', '0+3x20')],
        [silent('1m30s', BUDGET), raised('5m', BUDGET, 'warning', labels)],
      ),
    ],
    [
      'an empty budget of an idle key raises none',
      file([balance('0x40'), failures('breakwater_attempt_duration_count', '7x40')], [silent('15m', BUDGET)]),
    ],
    [
      'amplification of 1.5 raises no alert, more does',
      file(
        [
          `{series: 'breakwater_call_attempts_sum{${key}}', values: '0+15x40 600+16x40'}`,
          `{series: 'breakwater_call_attempts_count{${key}}', values: '0+10x80'}`,
        ],
        [silent('19m', 'BreakwaterAmplification'), raised('39m', 'BreakwaterAmplification', 'warning', labels)],
      ),
    ],
    [
      'a store that is degraded for a minute raises an alert',
      file(
        [`{series: 'breakwater_store_degraded{job="j",breakwater_policy="p"}', values: '0 1 1 1 0'}`],
        [
          silent('1m', 'BreakwaterStoreDegraded'),
          raised('1m30s', 'BreakwaterStoreDegraded', 'warning', 'job: j, breakwater_policy: p'),
          silent('2m', 'BreakwaterStoreDegraded'),
        ],
      ),
    ],
  ];
}

/** Returns the annotations of an alert for key `k` of policy `p`. */
function annotationsOf(name: string): Readonly<Record<string, string>> {
  const { annotations = {} } = alerts.find(({ alert }) => alert === name) ?? {};
  const filled = (text: string) =>
    text
      .replaceAll('{{ $labels.breakwater_key }}', 'k')
      .replaceAll('{{ $labels.breakwater_policy }}', 'p')
      .replaceAll('{{ printf "%.2f" $value }}', '1.60');
  return Object.fromEntries(Object.entries(annotations).map(([field, text]) => [field, filled(text)]));
}
