import { percentText } from '../report/wording.js';
import type { Examined, Warning } from './warning.js';

/** Ratio from which an outage costs the server at least half as much again. */
const LARGE_RATIO = 0.5;

export function budgetWarnings({ settings }: Examined): Warning[] {
  const { retry, budget } = settings;
  if (retry === false || retry.maxRetries === 0) return [];
  if (budget === false) {
    return [
      {
        id: 'no-budget',
        option: 'budget',
        problem: `While all fails, each call makes ${retry.maxRetries + 1} attempts: the server is asked for ${retry.maxRetries + 1} times its load when it can bear least.`,
        advice: 'Leave the budget on: it lets retries through in small trouble and stops them in large.',
      },
    ];
  }
  if (budget.ratio > LARGE_RATIO) {
    return [
      {
        id: 'budget-too-large',
        option: 'budget.ratio',
        problem: `${percentText(budget.ratio)} of calls may be retried: in an outage the server sees up to ${1 + Math.min(budget.ratio, retry.maxRetries)} times its load.`,
        advice: 'Use 0.1 to 0.2.',
      },
    ];
  }
  if (budget.ratio === 0 && (budget.minRetriesPerSecond * budget.windowMs) / 1_000 < 1) {
    return [
      {
        id: 'budget-allows-nothing',
        option: 'budget',
        problem: 'It never holds a whole retry, so that none is ever made.',
        advice: 'Raise budget.ratio or budget.minRetriesPerSecond, or say retry: false.',
      },
    ];
  }
  return [];
}
