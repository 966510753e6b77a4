import { breakerWarnings } from './breaker-warnings.js';
import { budgetWarnings } from './budget-warnings.js';
import { deadlineWarnings } from './deadline-warnings.js';
import { retryWarnings } from './retry-warnings.js';
import type { Examined, Warning } from './warning.js';

/** Returns all warnings about a policy, part by part. */
export function warningsOf(examined: Examined): Warning[] {
  return [retryWarnings, deadlineWarnings, budgetWarnings, breakerWarnings].flatMap((warn) => warn(examined));
}
