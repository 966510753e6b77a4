import uPlot from 'uplot';
import type { HistoryStretch } from '../src/measure/history.js';
import { type ChartPlan, drawnOf, instantsOf, valuesOf } from './chart-data.js';
import { h, setText } from './dom.js';
import { figure, timeOfDay } from './format.js';

const HEIGHT = 150;
const TABLE_ROWS = 60;
/** By the codes of the history: the look of the ground behind a chart while the circuit is not closed. */
const GROUNDS: readonly (string | undefined)[] = [undefined, '--ground-warn', '--ground-bad', '--ground-forced'];

/** A chart with its values in words, for those who cannot see it. */
export interface Chart {
  readonly element: HTMLElement;
  show(stretch: HistoryStretch): void;
  destroy(): void;
}

export function chart(plan: ChartPlan, sync: string): Chart {
  let stretch: HistoryStretch | undefined;
  let values: readonly (number | null)[][] = [];
  let plot: uPlot | undefined;

  const box = h('div', { class: 'plot' });
  const reader = h('p', { class: 'reader', 'aria-live': 'polite' });
  const frame = h('div', { class: 'frame', tabindex: 0, role: 'group' }, box);
  const details = h('details', {}, h('summary', {}, `Values of “${plan.title}” as a table`));
  const element = h('figure', { class: 'chart' }, h('figcaption', {}, plan.title), frame, reader, details);

  const valueText = (series: number, at: number): string => {
    const value = values[series]?.[at];
    return value === null || value === undefined ? '–' : `${figure(value)}${plan.unit}`;
  };
  const read = (at: number): string =>
    stretch === undefined
      ? ''
      : `${timeOfDay(stretch.fromMs + at * stretch.stepMs)}: ${plan.series.map(({ label }, index) => `${label} ${valueText(index, at)}`).join(', ')}`;

  const make = (data: uPlot.AlignedData): uPlot =>
    new uPlot(optionsOf(plan, sync, box.clientWidth || 320, valueText, groundOf), data, box);
  const groundOf = (): HistoryStretch | undefined => stretch;

  const fill = (): void => {
    if (!details.open || stretch === undefined) return;
    details.querySelector('.values')?.remove();
    details.append(tableOf(plan, stretch, valueText));
  };
  details.addEventListener('toggle', fill);

  frame.addEventListener('keydown', (event) => {
    const steps: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10 };
    const step = steps[event.key];
    if (step === undefined || plot === undefined || stretch === undefined) return;
    event.preventDefault();
    const newest = stretch.values.state.length - 1;
    const at = Math.max(0, Math.min(newest, (plot.cursor.idx ?? newest) + step));
    const left = plot.valToPos((stretch.fromMs + at * stretch.stepMs) / 1_000, 'x');
    plot.setCursor({ left, top: HEIGHT / 2 });
    setText(reader, read(at));
  });

  const redraw = (): void => {
    plot?.destroy();
    plot = undefined;
    if (stretch !== undefined) element.dispatchEvent(new Event('redraw'));
  };
  const dark = matchMedia('(prefers-color-scheme: dark)');
  dark.addEventListener('change', redraw);
  const resized = new ResizeObserver(() => {
    if (plot !== undefined && box.clientWidth > 0 && plot.width !== box.clientWidth)
      plot.setSize({ width: box.clientWidth, height: HEIGHT });
  });
  resized.observe(frame);

  const show = (next: HistoryStretch): void => {
    stretch = next;
    values = valuesOf(plan, next);
    const drawn = drawnOf(plan, values);
    // Layers that are stacked on others are drawn behind them.
    const data = [instantsOf(next), ...drawn.slice().reverse()] as uPlot.AlignedData;
    if (plot === undefined) plot = make(data);
    else plot.setData(data);
    frame.setAttribute(
      'aria-label',
      `${plan.title}. Use the arrow keys to read values. Now ${read(next.values.state.length - 1)}`,
    );
    fill();
  };
  element.addEventListener('redraw', () => stretch && show(stretch));

  return {
    element,
    show,
    destroy() {
      dark.removeEventListener('change', redraw);
      resized.disconnect();
      plot?.destroy();
    },
  };
}

function optionsOf(
  plan: ChartPlan,
  sync: string,
  width: number,
  valueText: (series: number, at: number) => string,
  stretchNow: () => HistoryStretch | undefined,
): uPlot.Options {
  const style = getComputedStyle(document.documentElement);
  const color = (name: string): string => style.getPropertyValue(name).trim();
  const axis: uPlot.Axis = {
    stroke: color('--muted'),
    font: '11px system-ui, sans-serif',
    grid: { stroke: color('--line'), width: 1 },
    ticks: { show: false },
  };
  return {
    width,
    height: HEIGHT,
    cursor: { sync: { key: sync }, y: false, points: { size: 6 } },
    scales: { y: { range: (_self, _min, max) => [0, max === null || max <= 0 ? 1 : max * 1.08] } },
    axes: [
      { ...axis, space: 70, size: 30, values: (_self, ticks) => ticks.map((tick) => clock(tick, ticks)) },
      { ...axis, size: 44, values: (_self, ticks) => ticks.map(short) },
    ],
    hooks: { drawClear: [(self) => paintGround(self, stretchNow(), color)] },
    series: [
      { value: (_self: uPlot, at: number | null) => (at === null ? 'now' : timeOfDay(at * 1_000)), label: 'Time' },
      ...plan.series
        .map(({ label, color: name, filled, stepped }, index): uPlot.Series => {
          const stepping = stepped === true ? uPlot.paths.stepped?.({ align: 1 }) : undefined;
          return {
            label,
            stroke: color(name),
            width: 1.5,
            points: { show: false },
            ...(filled === true && { fill: `${color(name)}${plan.series[0]?.stacked === true ? 'cc' : '33'}` }),
            ...(stepping && { paths: stepping }),
            value: (_self, _value, _series, at) => valueText(index, at ?? (stretchNow()?.values.state.length ?? 0) - 1),
          };
        })
        .reverse(),
    ],
    legend: { live: true },
  };
}

/** Colours the ground behind a chart while the circuit was not closed. */
function paintGround(
  { ctx, bbox, valToPos }: uPlot,
  stretch: HistoryStretch | undefined,
  color: (name: string) => string,
): void {
  if (stretch === undefined) return;
  const { fromMs, stepMs, values } = stretch;
  const right = bbox.left + bbox.width;
  ctx.save();
  for (let at = 0; at < values.state.length; at += 1) {
    const name = GROUNDS[values.state[at] ?? 0];
    if (name === undefined) continue;
    const state = values.state[at];
    const start = at;
    while (values.state[at + 1] === state) at += 1;
    const startX = Math.max(bbox.left, valToPos((fromMs + start * stepMs) / 1_000, 'x', true));
    const endX = Math.min(right, valToPos((fromMs + (at + 1) * stepMs) / 1_000, 'x', true));
    ctx.fillStyle = color(name);
    ctx.fillRect(startX, bbox.top, Math.max(1, endX - startX), bbox.height);
  }
  ctx.restore();
}

function tableOf(
  plan: ChartPlan,
  { fromMs, stepMs, values }: HistoryStretch,
  valueText: (series: number, at: number) => string,
): HTMLElement {
  const count = values.state.length;
  const rows = Array.from({ length: Math.min(count, TABLE_ROWS) }, (_, index) => {
    const at = count - 1 - index;
    const cells = plan.series.map((_series, series) => h('td', { class: 'value' }, valueText(series, at)));
    return h('tr', {}, h('th', { scope: 'row', class: 'value' }, timeOfDay(fromMs + at * stepMs)), ...cells);
  });
  const heads = ['Time', ...plan.series.map(({ label }) => label)].map((text) => h('th', { scope: 'col' }, text));
  return h(
    'div',
    { class: 'values', tabindex: 0, role: 'region', 'aria-label': `${plan.title}, the newest first` },
    h('table', {}, h('thead', {}, h('tr', {}, ...heads)), h('tbody', {}, ...rows)),
  );
}

/** Seconds are worth their place only where the ticks are closer than a minute. */
function clock(seconds: number, ticks: readonly number[]): string {
  const isClose = ticks.length > 1 && (ticks[1] ?? 0) - (ticks[0] ?? 0) < 60;
  return new Date(seconds * 1_000).toLocaleTimeString([], {
    hourCycle: 'h23',
    hour: '2-digit',
    minute: '2-digit',
    ...(isClose && { second: '2-digit' }),
  });
}

function short(value: number): string {
  return value >= 10_000 ? `${Math.round(value / 1_000)}k` : String(Math.round(value * 100) / 100);
}
