import type { Scenario } from '@breakwater/simulator';
import { numberText } from '../../report/wording.js';
import { type Chart, legendHeight } from './chart.js';
import { lineLook, MOST_LINES, palette } from './palette.js';

/** Values over time, one line for each name. */
export interface LinesOverTime {
  readonly title: string;
  readonly description: string;
  readonly unit: '%' | '/s';
  readonly phases: Scenario['phases'];
  readonly columnMs: number;
  /** A column without a value has a dash in the table; the line continues over it. */
  readonly lines: readonly { readonly name: string; readonly values: readonly (number | undefined)[] }[];
}

/**
 * Makes a line chart. Phases in which something differs are shaded. If there are too many lines, only the first are
 * drawn.
 */
export function lineChart({ columnMs, description, lines, phases, title, unit }: LinesOverTime): Chart {
  const drawn = lines.slice(0, MOST_LINES);
  const isCut = drawn.length < lines.length;
  const timeOf = (column: number): number => Number((((column + 0.5) * columnMs) / 1_000).toFixed(2));
  const columns = lines[0]?.values.length ?? 0;
  return {
    title,
    description: isCut ? `${description} Drawn are the first ${MOST_LINES} of ${lines.length} policies.` : description,
    table: {
      head: ['time', ...lines.map(({ name }) => name)],
      rows: Array.from({ length: columns }, (_, column) => [
        `${numberText(timeOf(column))} s`,
        ...lines.map(({ values }) => valueText(values[column], unit)),
      ]),
    },
    draw: (width) => {
      const top = legendHeight(
        drawn.map(({ name }) => name),
        width,
      );
      return {
        height: top + HEIGHT,
        option: {
          textStyle: TEXT,
          // The legend shows only the line, since its dashes distinguish it.
          legend: {
            top: 0,
            left: 'center',
            width: width - 16,
            itemWidth: 32,
            itemGap: 16,
            itemStyle: { opacity: 0 },
            textStyle: { color: palette.ink },
          },
          grid: { left: 58, right: 16, top: top + 26, bottom: 42 },
          xAxis: {
            ...AXIS,
            type: 'value',
            max: (phases.reduce((sum, { ms }) => sum + ms, 0) || columns * columnMs) / 1_000,
            splitLine: { show: false },
            splitNumber: width < 500 ? 4 : 8,
            axisLabel: { color: palette.soft, formatter: '{value} s', showMaxLabel: false },
          },
          yAxis: {
            ...AXIS,
            type: 'value',
            min: 0,
            ...(unit === '%' && { max: 100 }),
            axisLabel: { color: palette.soft, formatter: `{value}${unit === '%' ? ' %' : ''}` },
          },
          series: drawn.map(({ name, values }, index) => {
            const { color, dashes } = lineLook(index);
            return {
              name,
              type: 'line',
              silent: true,
              connectNulls: true,
              showSymbol: false,
              symbol: 'none',
              lineStyle: { color, type: dashes, width: 2 },
              itemStyle: { color },
              data: values.map((value, column) => [timeOf(column), value ?? null]),
              ...(index === 0 && { markArea: bandsOf(phases) }),
            };
          }),
        },
      };
    },
  };
}

const HEIGHT = 260;
const TEXT = { fontFamily: 'system-ui, sans-serif', color: palette.ink };
const AXIS = {
  axisLine: { show: true, lineStyle: { color: palette.soft } },
  axisTick: { show: false },
  splitLine: { lineStyle: { color: palette.line } },
};

/** Returns the shaded phases. A name is written only if there is room for it. */
function bandsOf(phases: Scenario['phases']) {
  const totalMs = phases.reduce((sum, { ms }) => sum + ms, 0);
  let startMs = 0;
  const data = phases.flatMap(({ ms, name, servers, traffic }) => {
    const from = startMs;
    startMs += ms;
    if (servers === undefined && traffic === undefined) return [];
    const label = { show: ms / totalMs > 0.1 };
    return [[{ name, xAxis: from / 1_000, label }, { xAxis: startMs / 1_000 }]];
  });
  return { silent: true, itemStyle: { color: palette.band }, label: { color: palette.soft, position: 'top' }, data };
}

function valueText(value: number | undefined, unit: LinesOverTime['unit']): string {
  if (value === undefined) return '-';
  return unit === '%' ? `${numberText(value)} %` : numberText(value);
}
