import { expect, it } from '@jest/globals';
import { Health } from './health.js';

const error = new Error('refused');

function observed() {
  const clock = { nowMs: 0 };
  const told: string[] = [];
  const health = new Health(() => clock.nowMs);
  health.onStatus(({ status }) => told.push(status));
  return { clock, health, told };
}

it('emits `degraded` once if Redis refuses one command of two', () => {
  const { clock, health, told } = observed();
  const key = {};
  for (; clock.nowMs < 60_000; clock.nowMs += 1_000) {
    health.failed(key, error);
    clock.nowMs += 1_000;
    health.worked(key);
  }
  expect(told).toEqual(['degraded']);
  clock.nowMs += 1_000;
  health.worked(key);
  expect(told).toEqual(['degraded', 'restored']);
});

it('counts a Redis that comes and goes every three seconds as one more outage, which ends after five good seconds', () => {
  const { clock, health, told } = observed();
  const key = {};
  const answers = (ms: number): void => {
    for (const untilMs = clock.nowMs + ms; clock.nowMs < untilMs; clock.nowMs += 250) health.worked(key);
  };
  for (let flap = 0; flap < 20; flap += 1) {
    health.failed(key, error);
    answers(3_000);
  }
  expect(told).toEqual(['degraded', 'restored', 'degraded']);
  answers(2_500);
  expect(told).toEqual(['degraded', 'restored', 'degraded', 'restored']);
  answers(2_000);
  health.failed(key, error);
  answers(500);
  expect(told.slice(4)).toEqual(['degraded']);
  answers(20_000);
  health.failed(key, error);
  answers(500);
  expect(told.slice(4)).toEqual(['degraded', 'restored', 'degraded', 'restored']);
});

it('does not emit `restored` for answers that were on their way when Redis failed', () => {
  const { clock, health, told } = observed();
  const key = {};
  health.failed(key, error);
  for (let answer = 0; answer < 5; answer += 1) health.worked(key);
  expect(told).toEqual(['degraded']);
  expect(health.needsAnswers).toBe(true);
  clock.nowMs = 250;
  health.worked(key);
  expect(told).toEqual(['degraded', 'restored']);
  expect(health.needsAnswers).toBe(false);
});

it('emits `restored` when Redis answers for all keys', () => {
  const { clock, health, told } = observed();
  const [one, other] = [{}, {}];
  for (const key of [one, other]) health.failed(key, error);
  clock.nowMs = 1_000;
  for (let answer = 0; answer < 3; answer += 1) health.worked(one);
  expect(told).toEqual(['degraded']);
  for (let answer = 0; answer < 2; answer += 1) health.worked(other);
  expect(told).toEqual(['degraded', 'restored']);
});

it('emits `poll-only` once if no messages come, and `push-restored` once if they come again', () => {
  const { health, told } = observed();
  for (const comes of [true, false, false, true, true]) health.push(comes);
  expect(told).toEqual(['poll-only', 'push-restored']);
});

it('emits `poll-only` once if messages are refused, and `push-restored` once if they are sent again', () => {
  const { health, told } = observed();
  const steps = [() => health.published(false), () => health.push(true), () => health.published(false)];
  for (const step of steps) step();
  expect(told).toEqual(['poll-only']);
  health.push(false);
  health.published(true);
  expect(told).toEqual(['poll-only']);
  health.push(true);
  expect(told).toEqual(['poll-only', 'push-restored']);
});
