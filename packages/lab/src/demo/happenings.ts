import type { BreakerEvent, BudgetEvent, CoolDownEvent, Policy } from '@breakwater/core';
import { seconds } from './figures.js';

/** Describes the policy's events in words, until the returned function is called. */
export function onHappening(policy: Policy, tell: (says: string) => void): () => void {
  const undo = [
    policy.on('breaker', (event) => tell(breakerWords(event))),
    policy.on('coolDown', coolDownTeller(tell)),
    policy.on('budget', budgetTeller(tell)),
  ];
  return () => {
    for (const off of undo) off();
  };
}

export function breakerWords({
  from,
  to,
  why,
  openForMs,
}: Pick<BreakerEvent, 'from' | 'to' | 'why' | 'openForMs'>): string {
  switch (to) {
    case 'open': {
      const again = from === 'half-open' ? ' again' : '';
      return `the breaker opens${again} for ${seconds(openForMs)}: ${why.replaceAll('-', ' ')}`;
    }
    case 'half-open':
      return 'the breaker is half-open and lets a probe through';
    case 'closed':
      return `the breaker closes: ${why.replaceAll('-', ' ')}`;
    case 'forced-open':
      return 'the breaker is held open by hand';
  }
}

/** Reports the beginning of a cool-down, but not its small extensions by further 429s. */
export function coolDownTeller(
  tell: (says: string) => void,
): (event: Pick<CoolDownEvent, 'atMs' | 'remainingMs'>) => void {
  let untilMs = Number.NEGATIVE_INFINITY;
  return ({ atMs, remainingMs }) => {
    if (remainingMs > 0 && atMs >= untilMs)
      tell(`the server asks for ${seconds(remainingMs)} of quiet: all calls wait`);
    untilMs = atMs + remainingMs;
  };
}

/** Reports that the budget has run out, but not each retry that further calls pay for. */
export function budgetTeller(tell: (says: string) => void): (event: Pick<BudgetEvent, 'atMs' | 'state'>) => void {
  let spentMs = Number.NEGATIVE_INFINITY;
  return ({ atMs, state }) => {
    if (state !== 'exhausted') return;
    if (atMs - spentMs > QUIET_MS) tell('the retry budget is spent: calls end with the answers they have');
    spentMs = atMs;
  };
}

const QUIET_MS = 2_000;
