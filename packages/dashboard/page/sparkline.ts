import { svg } from './dom.js';
import type { Spark } from './page-state.js';

const WIDTH = 120;
const HEIGHT = 26;
const POINTS = 60;

/** A picture of the last minute: all calls, and in front of them those that were not answered. */
export interface Sparkline {
  readonly element: SVGElement;
  show(points: Spark): void;
}

export function sparkline(): Sparkline {
  const all = svg('path', { class: 'spark-all' });
  const bad = svg('path', { class: 'spark-bad' });
  const element = svg(
    'svg',
    {
      class: 'spark',
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
      preserveAspectRatio: 'none',
      'aria-hidden': 'true',
      focusable: 'false',
    },
    all,
    bad,
  );
  return {
    element,
    show(points) {
      const top = Math.max(1, ...points.map(([calls]) => calls));
      all.setAttribute('d', areaOf(points.map(([calls]) => calls / top)));
      bad.setAttribute('d', areaOf(points.map(([, failed]) => failed / top)));
    },
  };
}

/** The newest point stands at the right edge. */
function areaOf(shares: readonly number[]): string {
  if (shares.length < 2 || shares.every((share) => share === 0)) return '';
  const step = WIDTH / (POINTS - 1);
  const startX = WIDTH - (shares.length - 1) * step;
  const points = shares.map(
    (share, at) => `${(startX + at * step).toFixed(1)} ${(HEIGHT - share * (HEIGHT - 1)).toFixed(1)}`,
  );
  return `M${startX.toFixed(1)} ${HEIGHT}L${points.join('L')}L${WIDTH} ${HEIGHT}Z`;
}
