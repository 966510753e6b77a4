// The part of ECharts that is used here. Its own declarations are so many that they would slow down each type check.

declare module 'echarts/core' {
  export function use(parts: readonly unknown[]): void;
  export function init(
    element: null,
    theme: null,
    options: { renderer: 'svg'; ssr: true; width: number; height: number },
  ): { setOption(option: object): void; renderToSVGString(): string; dispose(): void };
}

declare module 'echarts/charts' {
  export const BarChart: unknown;
  export const LineChart: unknown;
}

declare module 'echarts/components' {
  export const GridComponent: unknown;
  export const LegendComponent: unknown;
  export const MarkAreaComponent: unknown;
}

declare module 'echarts/renderers' {
  export const SVGRenderer: unknown;
}
