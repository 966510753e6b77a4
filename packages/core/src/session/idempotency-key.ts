import { randomUuid } from '../host/uuid.js';
import type { CallContext } from './call-context.js';
import type { CallOptions } from './call-options.js';
import { generatedKey } from './user-hooks.js';

/**
 * Returns the idempotency key of all attempts of a call: the caller's own, or a new one if the policy gives keys to
 * this method.
 */
export function keyToCarry(
  state: Pick<CallContext, 'settings' | 'mode' | 'events' | 'entry'>,
  call: CallOptions,
): string | undefined {
  if (call.idempotencyKey !== undefined) return call.idempotencyKey;
  const { idempotency, random } = state.settings;
  if (idempotency === false || state.mode === 'observe') return undefined;
  if (call.method === undefined || !idempotency.methods.has(call.method.toUpperCase())) return undefined;
  return idempotency.generate === undefined ? randomUuid(random) : generatedKey(idempotency.generate, state);
}
