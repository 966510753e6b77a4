/** Joins items: `a, b and c`. */
export function enumerated(items: readonly (string | number)[], last = 'and'): string {
  const texts = items.map(String);
  if (texts.length < 2) return texts.join('');
  return `${texts.slice(0, -1).join(', ')} ${last} ${texts.at(-1)}`;
}

/** Returns a duration as exact as needed: `0 ms`, `450 ms`, `1.5 s`, `2 min 30 s`, `98 min`, `2 h 5 min`. */
export function durationText(ms: number): string {
  if (ms === Number.POSITIVE_INFINITY) return 'any time';
  if (ms < 999.5) return `${numberText(ms)} ms`;
  const minutes = Math.round(ms / 60_000);
  if (ms < 119_500 && ms !== 60_000) return `${numberText(ms / 1_000)} s`;
  if (ms === 3_600_000) return '1 h';
  if (minutes < 10) return inTwo(ms, 60_000, 'min', 1_000, 's');
  if (minutes < 120) return `${minutes} min`;
  return minutes < 2_880 ? inTwo(ms, 3_600_000, 'h', 60_000, 'min') : inTwo(ms, 86_400_000, 'd', 3_600_000, 'h');
}

/** Returns a number with two decimals below 10, one below 100, none above, and separated thousands. */
export function numberText(value: number): string {
  const places = Math.abs(value) < 10 ? 2 : Math.abs(value) < 100 ? 1 : 0;
  return value.toLocaleString('en-US', { maximumFractionDigits: value !== 0 && Math.abs(value) < 0.01 ? 6 : places });
}

export function percentText(share: number): string {
  return `${numberText(share * 100)} %`;
}

/** Returns a count with its noun: `1 call`, `2 calls`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${numberText(count)} ${count === 1 ? one : many}`;
}

/** Makes a sentence of the text. */
export function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function inTwo(ms: number, large: number, largeUnit: string, small: number, smallUnit: string): string {
  const smalls = Math.round(ms / small);
  const per = large / small;
  const rest = smalls % per;
  const whole = `${numberText(Math.floor(smalls / per))} ${largeUnit}`;
  return rest === 0 ? whole : `${whole} ${rest} ${smallUnit}`;
}
