import type { Recovery } from './recovery.js';

/** Stands for a missing figure. */
export const NOTHING = '–';

/** 99.95 % is not 100 %: what is cut off is cut off towards the worse. */
export function percent(share: number | undefined, digits = 1): string {
  if (share === undefined) return NOTHING;
  const scale = 10 ** digits;
  const cut = Math.floor(share * 100 * scale + 1e-6) / scale;
  return `${cut >= 100 || cut === 0 ? cut.toFixed(0) : cut.toFixed(digits)} %`;
}

export function millis(ms: number | undefined): string {
  if (ms === undefined) return NOTHING;
  return ms < 10 ? ms.toFixed(1) : ms.toFixed(0);
}

export const seconds = (ms: number): string => `${(ms / 1_000).toFixed(ms < 10_000 ? 2 : 1)} s`;

export const decimal = (value: number | undefined): string => (value === undefined ? NOTHING : value.toFixed(2));

export const whole = (value: number): string => Math.round(value).toLocaleString('en');

export function recovery(of: Recovery): string {
  switch (of.kind) {
    case 'recovered':
      return seconds(of.afterMs);
    case 'never':
      return 'never';
    case 'not-applicable':
      return NOTHING;
  }
}

export function duration(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (ms < 90_000) return `${Math.round(ms / 1_000)} s`;
  return minutes < 90 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
