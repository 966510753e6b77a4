import type { HistoryStretch } from '../src/measure/history.js';
import { type Chart, chart } from './chart.js';
import { chartPlans, joined, sinceFirst } from './chart-data.js';
import { h, setAttribute } from './dom.js';

interface Range {
  readonly name: string;
  readonly ms: number;
  readonly stepMs: number;
}

const RANGES: readonly Range[] = [
  { name: '5 min', ms: 300_000, stepMs: 1_000 },
  { name: '15 min', ms: 900_000, stepMs: 1_000 },
  { name: '6 h', ms: 21_600_000, stepMs: 10_000 },
];

/** The charts of one key, which go on with time. */
export interface KeyCharts {
  readonly element: HTMLElement;
  /** Asks for what is new, if there can be something. */
  refresh(atMs: number): void;
  destroy(): void;
}

export function keyCharts(policy: string, key: string): KeyCharts {
  const charts: readonly Chart[] = chartPlans.map((plan) => chart(plan, 'key'));
  let range = RANGES[0] as Range;
  let stretch: HistoryStretch | undefined;
  let isAsking = false;
  let isOver = false;

  const refresh = (atMs: number): void => {
    const end = stretch === undefined ? 0 : stretch.fromMs + stretch.values.state.length * stretch.stepMs;
    if (isAsking || atMs - end < range.stepMs) return;
    void ask(atMs, range);
  };
  const ask = async (atMs: number, asked: Range): Promise<void> => {
    isAsking = true;
    try {
      const end =
        stretch === undefined ? atMs - asked.ms : stretch.fromMs + stretch.values.state.length * stretch.stepMs;
      const query = new URLSearchParams({ policy, key, since: String(Math.round(end)), step: String(asked.stepMs) });
      const answer = await fetch(`history.json?${query}`, { cache: 'no-store' });
      const next = answer.ok ? ((await answer.json()) as HistoryStretch) : undefined;
      if (next !== undefined && asked === range && !isOver) show(next);
    } catch {
      // The next turn asks again.
    }
    isAsking = false;
  };
  const show = (next: HistoryStretch): void => {
    stretch = stretch === undefined ? next : joined(stretch, next, range.ms);
    const shown = sinceFirst(stretch);
    for (const each of charts) each.show(shown);
  };

  const buttons = RANGES.map((each) => {
    const button = h('button', { type: 'button', 'aria-pressed': String(each === range) }, each.name);
    button.addEventListener('click', () => {
      range = each;
      stretch = undefined;
      for (const other of buttons) setAttribute(other, 'aria-pressed', String(other === button));
      void ask(Date.now() + offsetMs, each);
    });
    return button;
  });
  let offsetMs = 0;

  return {
    element: h(
      'section',
      { class: 'charts-section' },
      h(
        'div',
        { class: 'charts-head' },
        h('h2', {}, 'Over time'),
        h('div', { class: 'scope', role: 'group', 'aria-label': 'Range' }, ...buttons),
      ),
      h('div', { class: 'charts' }, ...charts.map(({ element }) => element)),
    ),
    refresh(atMs) {
      offsetMs = atMs - Date.now();
      refresh(atMs);
    },
    destroy() {
      isOver = true;
      for (const each of charts) each.destroy();
    },
  };
}
