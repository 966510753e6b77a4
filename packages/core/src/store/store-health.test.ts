import { expect, it } from '@jest/globals';
import type { StoreStatus } from './store.js';
import { StoreHealth } from './store-health.js';

const error = new Error('down');
const report = (status: StoreStatus['status']): StoreStatus => ({ status, error: undefined });

function observed(): { readonly health: StoreHealth; readonly told: string[] } {
  const told: string[] = [];
  return { health: new StoreHealth(({ status }) => told.push(status)), told };
}

it('reports once that a store is degraded if one method always fails and another works', () => {
  const { health, told } = observed();
  for (let nowMs = 0; nowMs < 100_000; nowMs += 1_000) {
    health.failed('acquireProbe', error, nowMs);
    health.worked('outcomeRecorded', nowMs);
  }
  expect(told).toEqual(['degraded']);
  health.worked('acquireProbe', 100_000);
  expect(told).toEqual(['degraded', 'restored']);
});

it('forgives a method that is not called any more after a minute in which the others work', () => {
  const { health, told } = observed();
  health.failed('acquireProbe', error, 0);
  health.worked('outcomeRecorded', 59_999);
  expect(health.isDegraded).toBe(true);
  health.worked('outcomeRecorded', 60_000);
  expect(told).toEqual(['degraded', 'restored']);
});

it('reports once what its methods show and the store reports as well', () => {
  const { health, told } = observed();
  health.reported({ status: 'degraded', error });
  health.failed('attach', error, 0);
  health.reported(report('restored'));
  expect(told).toEqual(['degraded']);
  health.worked('attach', 1);
  expect(told).toEqual(['degraded', 'restored']);
});

it('reports once that messages no longer arrive, and once that they arrive again', () => {
  const { health, told } = observed();
  for (const status of ['push-restored', 'poll-only', 'poll-only'] as const) health.reported(report(status));
  expect(health.isPollOnly).toBe(true);
  for (const status of ['push-restored', 'push-restored'] as const) health.reported(report(status));
  expect(told).toEqual(['poll-only', 'push-restored']);
  expect(health.isPollOnly).toBe(false);
});

it('passes on a report about a key', () => {
  const { health, told } = observed();
  for (const status of ['rules-differ', 'rules-agree'] as const) health.reported(report(status));
  expect(told).toEqual(['rules-differ', 'rules-agree']);
});
