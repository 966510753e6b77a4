import type { ClientTraits } from '../session/call-options.js';
import type { Admission, Session } from '../session/session.js';
import type { AttemptEnd, CallGuard } from './attempt-context.js';

/** An admission. `ended` is the end of an attempt whose preparation failed. */
export type PreparedAdmission = Admission & { readonly ended?: Extract<AttemptEnd<never>, { kind: 'thrown' }> };

/**
 * Prepares the next attempt, then requests its permit. No slot or probe is held during the preparation: if it makes
 * calls under the same key, for example for a token, it cannot wait for its own call.
 */
export async function admitPrepared(
  session: Session,
  prepare: NonNullable<ClientTraits['prepare']>,
  guard: CallGuard,
  nowMs?: number,
): Promise<PreparedAdmission> {
  const refused = await session.approach(nowMs);
  if (refused !== undefined) return refused;
  const ending = await guard.run(
    (context) => session.inside(undefined, () => prepare(context)),
    session.attempts + 1,
    IGNORE_LATE,
  );
  switch (ending.kind) {
    case 'value':
      if (ending.value !== undefined) session.moveTo(ending.value);
      return session.admit();
    case 'thrown': {
      const admission = await session.admit();
      return admission.admitted ? { admitted: true, permit: admission.permit, ended: ending } : admission;
    }
    case 'cancelled':
    case 'deadline':
      session.end(ending.kind);
      return { admitted: false, stopReason: ending.kind, error: ending.reason };
  }
}

const IGNORE_LATE = { value: (): void => {}, error: (): void => {} };
