import { expect, test } from '@jest/globals';
import { renderChart } from './echarts.js';
import { lineChart } from './line-chart.js';
import { darkRules, lineLook, MOST_LINES } from './palette.js';
import { plainSvg } from './svg.js';

const NAME = '<img src=x onerror="alert(1)"> & co';
const chart = lineChart({
  title: NAME,
  description: NAME,
  unit: '%',
  phases: [
    { name: 'before', ms: 1_000 },
    { name: NAME, ms: 1_000, servers: {} },
  ],
  columnMs: 500,
  lines: [{ name: NAME, values: [100, undefined, 50, 0] }],
});

function drawn(id = 'one'): string {
  const { height, option } = chart.draw(400);
  return plainSvg({ ...chart, text: renderChart(option, 400, height), id });
}

test('an element has a title and a description, which name it, and no style of its own', () => {
  const text = drawn();
  expect(text).toMatch(
    /^<svg xmlns="[^"]+" viewBox="0 0 400 \d+" role="img" aria-labelledby="one-title one-desc">\n<title id="one-title">/,
  );
  expect(text).toContain('\n<desc id="one-desc">');
  expect(text).toMatch(/<text [^>]*font-size="12px"[^>]*font-family="system-ui, sans-serif"/);
  expect(text).not.toMatch(/<style|style=|class=|<script|xlink|undefined|NaN/);
});

test('a name cannot become markup', () => {
  expect(drawn()).not.toMatch(/<img|"alert/);
  expect(drawn().match(/&lt;img src=x/g)?.length).toBeGreaterThanOrEqual(4);
});

test('the ids of two elements in one document differ, and each reference has its target', () => {
  const ids = (text: string): string[] => [...text.matchAll(/ id="([^"]*)"/g)].map(([, id = '']) => id);
  const [one, other] = [drawn('one'), drawn('other')];
  expect(ids(one).filter((id) => ids(other).includes(id))).toEqual([]);
  for (const [, id] of one.matchAll(/url\(#([^)]*)\)/g)) expect(ids(one)).toContain(id);
  expect(one).toMatch(/url\(#one-/);
});

test('the same chart gives the same text, however many were drawn before', () => {
  expect(drawn()).toBe(drawn());
});

test('each colour of a chart has a counterpart on a dark page', () => {
  const rules = darkRules('svg');
  // Strokes without a width, and the fill of clip paths and of the lines of a legend, are not seen.
  const seen = drawn().replaceAll(/stroke="#\w+" stroke-width="0"|fill="#000"/g, '');
  const colors = [...seen.matchAll(/(fill|stroke)="(#[^"]*)"/g)].map(([whole]) => whole);
  expect(colors.length).toBeGreaterThan(5);
  for (const color of colors) expect(rules).toContain(`[${color}]`);
});

test('a missing value is a dash in the table, and a single value is visible', () => {
  expect(drawn()).toMatch(/<path d="M[\d.]+ [\d.]+L[\d.]+ [\d.]+L[\d.]+ [\d.]+" fill="none" stroke="#0b63c4"/);
  expect(chart.table.rows).toEqual([
    ['0.25 s', '100 %'],
    ['0.75 s', '-'],
    ['1.25 s', '50 %'],
    ['1.75 s', '0 %'],
  ]);
});

test('lines that cannot be told apart are not drawn, and the description says so', () => {
  const lines = Array.from({ length: MOST_LINES + 3 }, (_, index) => ({ name: `policy ${index}`, values: [1] }));
  const many = lineChart({ title: '', description: 'Much.', unit: '/s', phases: [], columnMs: 1, lines });
  expect(many.description).toBe(`Much. Drawn are the first ${MOST_LINES} of ${MOST_LINES + 3} policies.`);
  expect((many.draw(400).option as { series: unknown[] }).series).toHaveLength(MOST_LINES);
  expect(many.table.head).toHaveLength(MOST_LINES + 4);
  const looks = lines.slice(0, MOST_LINES).map((_, index) => JSON.stringify(lineLook(index)));
  expect(new Set(looks).size).toBe(MOST_LINES);
});
