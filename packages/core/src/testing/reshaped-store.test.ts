import { expect, it } from '@jest/globals';
import { breakerRules } from '../../test/breaker-rules.js';
import { RetryBudget } from '../retry/budget.js';
import { type BreakerStore, newKeyState, type StoreContext, type StoreLink } from '../store/store.js';
import { ManualClock } from './manual-clock.js';
import { reshapedStore } from './reshaped-store.js';

const shapes = ['spread', 'frozen', 'proxied'] as const;
const id = { policy: 'p', key: 'k' };
const context: StoreContext = { rules: breakerRules(), clock: new ManualClock(), random: () => 0 };
const watcher = { transitioned() {}, budget: undefined };

function attached(link: StoreLink, shape: (typeof shapes)[number], more: Partial<BreakerStore> = {}) {
  const given: unknown[] = [];
  const attach: BreakerStore['attach'] = (...args) => {
    given.push(...args);
    return link;
  };
  const store = reshapedStore({ attach, ...more }, shape);
  return { store, link: store.attach(id, watcher as never, context), given };
}

/** A link with all methods, which are right only if they are called on it. */
class FullLink implements StoreLink {
  readonly state = newKeyState();
  readonly probeWaitMs = 70;
  readonly told: unknown[] = [];
  #note(...what: unknown[]): void {
    this.told.push(what);
  }
  outcomeRecorded(evidence: unknown) {
    this.#note('outcomeRecorded', evidence);
  }
  transitioned(transition: unknown) {
    this.#note('transitioned', transition);
  }
  async acquireProbe() {
    return { granted: true, token: 't' } as const;
  }
  probeEnded(...given: unknown[]) {
    this.#note('probeEnded', ...given);
  }
  coolDownChanged(remainingMs: number) {
    this.#note('coolDownChanged', remainingMs);
  }
  budget(rules: ConstructorParameters<typeof RetryBudget>[0]) {
    return new RetryBudget(rules);
  }
  instances(nowMs: number) {
    return nowMs;
  }
  rulesChanged(rules: unknown) {
    this.#note('rulesChanged', rules);
  }
  detach() {
    this.#note('detach');
  }
}

it.each(shapes)('passes on a link that is %s and behaves as the link does', async (shape) => {
  const inner = new FullLink();
  const { link, given } = attached(inner, shape);
  expect(given).toEqual([id, watcher, context]);
  link.outcomeRecorded?.({ failed: false, slow: false, cause: undefined });
  link.probeEnded?.('t', 'success');
  link.coolDownChanged?.(5);
  link.rulesChanged?.(undefined);
  link.transitioned?.('a transition' as never);
  link.detach();
  expect(inner.told).toEqual([
    ['outcomeRecorded', { failed: false, slow: false, cause: undefined }],
    ['probeEnded', 't', 'success'],
    ['coolDownChanged', 5],
    ['rulesChanged', undefined],
    ['transitioned', 'a transition'],
    ['detach'],
  ]);
  expect(await link.acquireProbe?.()).toEqual({ granted: true, token: 't' });
  expect(link.budget?.({ ratio: 0, minRetriesPerSecond: 1, windowMs: 3_000 }).available(0)).toBe(3);
  expect([link.instances?.(7), link.probeWaitMs]).toEqual([7, 70]);
});

it.each(shapes)('has only the methods that the link has: %s', (shape) => {
  const { link } = attached({ state: newKeyState(), detach() {} }, shape);
  expect(Object.keys(link).sort()).toEqual(['detach', 'state']);
});

it('passes on another object with another state, frozen or not', () => {
  for (const shape of shapes) {
    const inner = new FullLink();
    const { link } = attached(inner, shape);
    expect([link === inner, link.state === inner.state]).toEqual([false, false]);
    expect([Object.isFrozen(link), Object.isFrozen(link.state)]).toEqual([shape === 'frozen', shape === 'frozen']);
    // A proxy shows what becomes of the state; a copy has the breaker's fields of one moment.
    expect(link.state.breaker.phase).toBe('closed');
    inner.state.breaker.phase = 'open';
    expect(link.state.breaker.phase).toBe('open');
  }
});

it('passes on the status of the store, if it has one', () => {
  const listener = () => {};
  const undo = () => {};
  const given: unknown[] = [];
  const onStatus = (heard: unknown) => {
    given.push(heard);
    return undo;
  };
  const { store } = attached(new FullLink(), 'spread', { onStatus });
  expect(store.onStatus?.(listener)).toBe(undo);
  expect(given).toEqual([listener]);
  expect('onStatus' in attached(new FullLink(), 'spread').store).toBe(false);
});
