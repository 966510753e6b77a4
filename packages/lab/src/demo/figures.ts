/** Returns `0.553` as `55 %`; a dash for no value. */
export function percent(share: number | undefined): string {
  return share === undefined ? '-' : `${Math.round(share * 100)} %`;
}

/** `1.2` as `1.20`. */
export function twoDigits(value: number | undefined): string {
  return value === undefined ? '-' : value.toFixed(2);
}

export function whole(value: number | undefined): string {
  return value === undefined ? '-' : String(Math.round(value));
}

/** `1234` as `1.2 s`. */
export function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
