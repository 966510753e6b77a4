import { UsageError } from '../../command-io.js';

/** Traffic of one key under normal load, as measured in production. */
export interface KeyTraffic {
  readonly key: string;
  readonly callsPerSecond: number;
  /** Of the attempts, in 0..1. */
  readonly failedShare: number;
  /** Durations of attempts, in ms; undefined if unknown. */
  readonly latency: KnownLatency | undefined;
}

export type KnownLatency =
  | { readonly kind: 'percentiles'; readonly p50Ms: number; readonly p95Ms: number }
  | { readonly kind: 'mean'; readonly meanMs: number };

/**
 * Returns the traffic of each key in a file from production: results of `policy.snapshot()`, one or several in an
 * array, or `snapshot.json` or `history.json` of the live page.
 *
 * @param file - the name that errors begin with
 * @throws UsageError naming file, path, rule and value
 */
export function trafficIn(value: unknown, file: string): readonly KeyTraffic[] {
  const at = reader(file);
  const found = Array.isArray(value)
    ? ofSnapshots(
        value.map((one, index) => at.object(`[${index}]`, one)),
        at,
      )
    : ofOne(at.object('', value), at);
  const used = together(found.filter(({ callsPerSecond }) => callsPerSecond > 0));
  if (used.length === 0) at.fail('keys', 'have a key with calls', 'none');
  return used;
}

function ofOne(value: Fields, at: Reader): readonly KeyTraffic[] {
  if (value.policy !== undefined) return ofSnapshots([value], at);
  if (value.values !== undefined) return [ofHistory(value, at)];
  if (Array.isArray(value.keys)) return ofPage(value.keys, at);
  return at.fail('', `be what policy.snapshot() gives, or snapshot.json or history.json of the live page`, value);
}

/** Joins the traffic of a key that several policies call: it is one server, with the latency of its busiest traffic. */
function together(found: readonly KeyTraffic[]): KeyTraffic[] {
  const byKey = new Map<string, KeyTraffic>();
  for (const one of [...found].sort((some, other) => other.callsPerSecond - some.callsPerSecond)) {
    const known = byKey.get(one.key);
    const calls = (known?.callsPerSecond ?? 0) + one.callsPerSecond;
    const failures = (known?.callsPerSecond ?? 0) * (known?.failedShare ?? 0) + one.callsPerSecond * one.failedShare;
    byKey.set(one.key, {
      ...one,
      latency: known?.latency ?? one.latency,
      callsPerSecond: calls,
      failedShare: failures / calls,
    });
  }
  return [...byKey.values()];
}

/** Reads rows of the live page, which are rates of the last ten seconds. */
function ofPage(rows: readonly unknown[], at: Reader): KeyTraffic[] {
  return rows.map((row, index) => {
    const path = `keys[${index}]`;
    const { answered, attempts, calls, key, p50Ms, p95Ms } = at.object(path, row);
    return {
      key: at.text(`${path}.key`, key),
      callsPerSecond: at.count(`${path}.calls`, calls),
      failedShare: failedOf(at.count(`${path}.attempts`, attempts), at.count(`${path}.answered`, answered)),
      latency: percentiles(at.optional(`${path}.p50Ms`, p50Ms), at.optional(`${path}.p95Ms`, p95Ms)),
    };
  });
}

/** Reads a history. The seconds with a closed circuit are the normal load. */
function ofHistory({ stepMs, values }: Fields, at: Reader): KeyTraffic {
  const columns = at.object('values', values);
  const column = (name: string): readonly (number | undefined)[] =>
    at.list(`values.${name}`, columns[name]).map((value, index) => at.optional(`values.${name}[${index}]`, value));
  if (at.count('stepMs', stepMs) === 0) at.fail('stepMs', 'be a number > 0', stepMs);
  const [answered, failed, refused, attempts] = ['answered', 'failed', 'refused', 'attempts'].map(column);
  const states = columns.state === undefined ? [] : column('state');
  const normal = (answered ?? []).flatMap((value, index) =>
    value !== undefined && (states[index] ?? 0) === 0 ? [index] : [],
  );
  if (normal.length === 0)
    at.fail('values.answered', 'have a moment that is known and in which the circuit was closed', 'none');
  const mean = (of: readonly (number | undefined)[] = []): number =>
    normal.reduce((sum, index) => sum + (of[index] ?? 0), 0) / normal.length;
  const middle = (name: string): number | undefined => {
    const known = normal.flatMap((index) => column(name)[index] ?? []).sort((one, other) => one - other);
    return known[Math.floor(known.length / 2)];
  };
  return {
    key: 'server',
    callsPerSecond: mean(answered) + mean(failed) + mean(refused),
    failedShare: failedOf(mean(attempts), mean(answered)),
    latency: percentiles(middle('p50'), middle('p95')),
  };
}

/** Reads snapshots. Two of the same policy have a time between them; a single one has the window of its breaker. */
function ofSnapshots(snapshots: readonly Fields[], at: Reader): KeyTraffic[] {
  const path = (index: number, rest: string): string => (snapshots.length === 1 ? rest : `[${index}].${rest}`);
  const moments = snapshots.map((snapshot, index) => ({
    policy: at.text(path(index, 'policy'), snapshot.policy),
    atMs: at.count(path(index, 'atMs'), snapshot.atMs),
    keys: at.object(path(index, 'keys'), snapshot.keys),
    path: path(index, 'keys'),
  }));
  const [first] = moments;
  const other = moments.findIndex(({ policy }) => policy !== first?.policy);
  if (other >= 0)
    at.fail(
      path(other, 'policy'),
      `be that of the first snapshot, ${JSON.stringify(first?.policy)}`,
      moments[other]?.policy,
    );
  moments.sort((one, later) => one.atMs - later.atMs);
  const [oldest, newest] = [moments[0], moments.at(-1)];
  if (oldest === undefined || newest === undefined) return at.fail('', 'have at least one snapshot', []);
  return Object.keys(newest.keys).map((key) => {
    const seen = moments.flatMap((moment) => {
      const keyPath = `${moment.path}[${JSON.stringify(key)}]`;
      return moment.keys[key] === undefined ? [] : [countsOf(at.object(keyPath, moment.keys[key]), keyPath, at)];
    });
    const [start, end] = [seen[0], seen.at(-1)];
    if (start === undefined || end === undefined) return { key, callsPerSecond: 0, failedShare: 0, latency: undefined };
    const seconds = (newest.atMs - oldest.atMs) / 1_000;
    const isPair = seen.length > 1 && seconds > 0;
    const calls = isPair ? Math.max(0, end.calls - start.calls) / seconds : end.windowCalls / WINDOW_SECONDS;
    const inFlight = seen.reduce((sum, one) => sum + one.inFlight, 0) / seen.length;
    return {
      key,
      callsPerSecond: calls,
      failedShare: end.windowCalls === 0 ? 0 : Math.min(1, end.windowFailures / end.windowCalls),
      // Little's law: the number in flight is the rate times the duration.
      latency: inFlight > 0 && calls > 0 ? { kind: 'mean', meanMs: (inFlight / calls) * 1_000 } : undefined,
    };
  });
}

/** The default window of a breaker, since a snapshot does not contain its policy's. */
const WINDOW_SECONDS = 30;

function countsOf({ breaker = {}, calls, inFlight }: Fields, path: string, at: Reader) {
  const { counts = {} } = at.object(`${path}.breaker`, breaker);
  const window = at.object(`${path}.breaker.counts`, counts);
  return {
    calls: at.count(`${path}.calls`, calls),
    inFlight: at.count(`${path}.inFlight`, inFlight),
    windowCalls: at.count(`${path}.breaker.counts.calls`, window.calls ?? 0),
    windowFailures: at.count(`${path}.breaker.counts.failures`, window.failures ?? 0),
  };
}

function failedOf(attempts: number, answered: number): number {
  return attempts === 0 ? 0 : Math.min(1, Math.max(0, (attempts - answered) / attempts));
}

function percentiles(p50Ms: number | undefined, p95Ms: number | undefined): KnownLatency | undefined {
  if (p50Ms === undefined || p95Ms === undefined || p95Ms === 0) return undefined;
  return { kind: 'percentiles', p50Ms: Math.min(p50Ms, p95Ms), p95Ms };
}

type Fields = Readonly<Record<string, unknown>>;
type Reader = ReturnType<typeof reader>;

function reader(file: string) {
  const fail = (path: string, rule: string, value: unknown): never => {
    const text = typeof value === 'string' ? JSON.stringify(value) : (JSON.stringify(value) ?? String(value));
    const shown = text.length > LONGEST ? `${text.slice(0, LONGEST)}...` : text;
    throw new UsageError(`${file}: ${path === '' ? 'the file' : path} must ${rule}, got ${shown}`);
  };
  const count = (path: string, value: unknown): number =>
    typeof value === 'number' && value >= 0 && value < Number.POSITIVE_INFINITY
      ? value
      : fail(path, 'be a finite number >= 0', value);
  return {
    fail,
    count,
    optional: (path: string, value: unknown): number | undefined =>
      value === undefined || value === null ? undefined : count(path, value),
    text: (path: string, value: unknown): string =>
      typeof value === 'string' && value !== '' ? value : fail(path, 'be a non-empty string', value),
    list: (path: string, value: unknown): readonly unknown[] =>
      Array.isArray(value) ? value : fail(path, 'be a list', value),
    object: (path: string, value: unknown): Fields =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? (value as Fields)
        : fail(path, 'be an object', value),
  };
}

const LONGEST = 60;
