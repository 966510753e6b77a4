import { type Chart, legendHeight } from './chart.js';
import { palette } from './palette.js';

/** Values by policy, one bar for each name. */
export interface BarsByPolicy {
  readonly title: string;
  readonly description: string;
  readonly table: Chart['table'];
  readonly policies: readonly string[];
  /** Set if the bars of a policy are in one row, and add up to 100 %. */
  readonly isShare: boolean;
  readonly bars: readonly { readonly name: string; readonly color: string; readonly values: readonly number[] }[];
}

/** Makes a chart of horizontal bars, the first policy on top. */
export function barChart({ bars, description, isShare, policies, table, title }: BarsByPolicy): Chart {
  return {
    title,
    description,
    table,
    draw: (width) => {
      const names = bars.map(({ name }) => name);
      const top = legendHeight(names, width);
      const left = Math.min(Math.max(...policies.map((name) => name.length)) * 7 + 20, Math.round(width * 0.4));
      const row = isShare ? 34 : 12 + 16 * bars.length;
      return {
        height: top + 16 + policies.length * row + 30,
        option: {
          textStyle: { fontFamily: 'system-ui, sans-serif', color: palette.ink },
          legend: { top: 0, left: 'center', width: width - 16, itemGap: 16, textStyle: { color: palette.ink } },
          grid: { left, right: 40, top: top + 8, bottom: 30 },
          xAxis: {
            type: 'value',
            min: 0,
            ...(isShare && { max: 100 }),
            splitNumber: width < 500 ? 3 : 6,
            splitLine: { lineStyle: { color: palette.line } },
            axisLabel: { color: palette.soft, formatter: `{value} ${isShare ? '%' : 'ms'}` },
          },
          yAxis: {
            type: 'category',
            inverse: true,
            data: policies,
            axisTick: { show: false },
            axisLine: { lineStyle: { color: palette.soft } },
            axisLabel: { color: palette.ink, width: left - 14, overflow: 'truncate', interval: 0 },
          },
          series: bars.map(({ color, name, values }) => ({
            name,
            type: 'bar',
            silent: true,
            ...(isShare && { stack: 'share' }),
            barMaxWidth: isShare ? 20 : 14,
            itemStyle: { color },
            data: values,
          })),
        },
      };
    },
  };
}
