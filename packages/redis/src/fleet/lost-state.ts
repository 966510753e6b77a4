import type { BreakerPhase } from '@breakwater/core';
import type { FleetView } from '../commands/fleet-view.js';
import type { PendingMove } from './fleet-moves.js';
import { STRETCH_MS } from './fleet-sight.js';

/**
 * Returns what a process does whose generation is newer than that of Redis, which has lost what it knew: `follow` what
 * Redis knows, or tell it the own phase by a move. Undefined if there is nothing to tell.
 *
 * A Redis that is empty has no phase of its own. A replica that had not heard of the last changes has an old one, which
 * must not open a circuit that the fleet has closed. But if the server's clock is behind the generation, a circuit that
 * was opened after the loss has a lower generation, too: then Redis is followed.
 */
export function moveAfterLoss(
  phase: BreakerPhase,
  generation: number,
  view: Pick<FleetView, 'phase' | 'stretch'>,
): PendingMove | 'follow' | undefined {
  if (view.phase !== 'closed' && (view.stretch + 1) * STRETCH_MS <= generation) return 'follow';
  switch (phase) {
    case 'closed':
      return view.phase === 'closed' ? undefined : view.phase === 'open' ? 'closed' : 'forced-close';
    case 'forced-open':
      return view.phase === 'forced-open' ? 'follow' : 'forced-open';
    case 'open':
    case 'half-open':
      return view.phase === 'forced-open' ? 'follow' : 'reopen';
  }
}
