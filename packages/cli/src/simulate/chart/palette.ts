/** Colours on a light page, each with its counterpart on a dark one. */
const PAIRS = {
  paper: ['#fdfdfd', '#12181f'],
  ink: ['#1b2430', '#e6ebf1'],
  soft: ['#5a6675', '#9fabba'],
  line: ['#dce2e9', '#2f3a46'],
  band: ['#fbeaea', '#3a2326'],
  success: ['#2e7fd0', '#5aa6f0'],
  failed: ['#c63d2f', '#ff8273'],
  refused: ['#8794a3', '#77838f'],
} as const;

const SERIES = [
  ['#0b63c4', '#6cb2ff'],
  ['#c2410c', '#ff9a5c'],
  ['#0f7b4b', '#4fd08d'],
  ['#8b2fb8', '#d49bf2'],
  ['#8a6d00', '#e3c547'],
  ['#b4235a', '#ff8fb4'],
  ['#3d6b78', '#8cc4d3'],
  ['#6b4f3a', '#cfab8e'],
] as const;

export const palette: Readonly<Record<keyof typeof PAIRS, string>> = {
  paper: PAIRS.paper[0],
  ink: PAIRS.ink[0],
  soft: PAIRS.soft[0],
  line: PAIRS.line[0],
  band: PAIRS.band[0],
  success: PAIRS.success[0],
  failed: PAIRS.failed[0],
  refused: PAIRS.refused[0],
};

/** Most lines that can be distinguished in one chart. */
export const MOST_LINES = SERIES.length;

/**
 * Returns the colour and dashes of the line with this index, so that readers who cannot distinguish colours can use the
 * dashes.
 */
export function lineLook(index: number): { readonly color: string; readonly dashes: 'solid' | readonly number[] } {
  return { color: seriesColor(index), dashes: DASHES[index % DASHES.length] ?? 'solid' };
}

export function seriesColor(index: number): string {
  return SERIES[index % SERIES.length]?.[0] ?? palette.ink;
}

/**
 * Returns style rules for the charts' dark colours. The light ones are attributes in the charts, which any style
 * overrides; programs without styles show those.
 */
export function darkRules(selector: string): string {
  const rules = [...Object.values(PAIRS), ...SERIES].flatMap(([light, dark]) =>
    ['fill', 'stroke'].map((name) => `${selector} [${name}="${light}"]{${name}:${dark}}`),
  );
  return `@media (prefers-color-scheme:dark){${rules.join('')}}`;
}

const DASHES = ['solid', [7, 4], [2, 3], [10, 3, 2, 3]] as const;
