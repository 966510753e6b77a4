import type { Mode } from '@breakwater/core';
import type { Observer } from '../view/observer.js';
import { type Answer, json } from './answer.js';

const MODES: readonly Mode[] = ['enforce', 'observe', 'off'];

/** Performs an operator's action, in the operator's name. */
export function control(query: URLSearchParams, by: string, observer: Observer): Answer {
  const [action, id, key] = [query.get('do'), query.get('policy') ?? '', query.get('key') ?? ''];
  if (action === 'mode') return setMode(query.get('mode'), id, by, observer);
  if (action !== 'open' && action !== 'close' && action !== 'reset') {
    return json({ error: 'do must be open, close, reset or mode' }, 400);
  }
  const policy = observer.policyWith(id, key);
  if (policy === undefined) return json({ error: 'there is no such key any more' }, 404);
  if (policy.settings.breaker === false) return json({ error: 'this policy has no breaker' }, 409);
  policy.breaker(key)[action]({ by });
  observer.look();
  return json({ done: true, state: policy.breaker(key).state });
}

function setMode(wanted: string | null, id: string, by: string, observer: Observer): Answer {
  const mode = MODES.find((known) => known === wanted);
  if (mode === undefined) return json({ error: `mode must be one of ${MODES.join(', ')}` }, 400);
  const policy = observer.policy(id);
  if (policy === undefined) return json({ error: 'there is no such policy any more' }, 404);
  policy.setMode(mode, { by });
  observer.look();
  return json({ done: true, mode });
}
