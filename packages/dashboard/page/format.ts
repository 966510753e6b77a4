/** A rate or a count: one decimal below ten, none above. */
export function figure(value: number | undefined): string {
  if (value === undefined) return '–';
  if (value === 0) return '0';
  return value < 9.95 ? value.toFixed(1) : Math.round(value).toLocaleString('en');
}

/** A share of a whole; a dash if there is no whole. */
export function share(part: number, whole: number): string {
  if (whole <= 0) return '–';
  const percent = (part / whole) * 100;
  // 99.96 % are not all.
  if (percent > 99 && percent < 100) return `${Math.min(99.9, Math.floor(percent * 10) / 10)} %`;
  return `${Math.round(percent)} %`;
}

/** Attempts per call; a dash while there are no calls. */
export function perCall(attempts: number, calls: number): string {
  return calls <= 0 ? '–' : (attempts / calls).toFixed(2);
}

/** A duration of a request. */
export function millis(ms: number | undefined): string {
  if (ms === undefined) return '–';
  if (ms < 9.95) return `${ms.toFixed(1)} ms`;
  return ms < 9_950 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`;
}

/** Returns a duration in its two largest units: `4 min 10 s`. */
export function span(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3_600)} h ${Math.floor((seconds % 3_600) / 60)} min`;
  return `${Math.floor(seconds / 86_400)} d ${Math.floor((seconds % 86_400) / 3_600)} h`;
}

/** The time of day, by the reader's own clock. */
export function timeOfDay(atMs: number): string {
  return new Date(atMs).toLocaleTimeString([], {
    hourCycle: 'h23',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
}

export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}
