import type { ObservedSnapshot } from '@breakwater/core';
import type { Section, Term } from '../report/section.js';
import { counted, numberText, percentText } from '../report/wording.js';
import type { PolicyReview } from './review.js';
import type { DoneCounts } from './snapshot-file.js';

const MAX_KEYS = 20;

/** Describes in words, and as a table of its keys, how a policy would have treated its calls. */
export function reviewSections({ policy, snapshots, modes, enforced, total, keys }: PolicyReview): Section[] {
  const title = `Policy ${JSON.stringify(policy)} (${modes.join(', ')}), ${counted(snapshots, 'snapshot')}`;
  const done: Term[] = enforced.calls === 0 ? [] : [{ term: 'enforced', sentences: enforcedSentences(enforced) }];
  if (total.calls === 0 && done.length > 0) return [{ title, blocks: [{ kind: 'terms', terms: done }] }];
  if (total.calls === 0) {
    return [
      { title, blocks: [{ kind: 'text', text: 'Nothing was observed. Set mode to observe, or enforceRate below 1.' }] },
    ];
  }
  const shown = keys.slice(0, MAX_KEYS);
  const rows = shown.map((key) => [key.key, ...cells(key)]);
  const left = keys.length - shown.length;
  return [
    {
      title,
      blocks: [
        {
          kind: 'terms',
          terms: [
            ...done,
            { term: 'seen', sentences: [seen(total), OTHER_RETRIES] },
            { term: 'retries', sentences: [retries(total)] },
            { term: 'refusals', sentences: [refusals(total)] },
            { term: 'load', sentences: [load(total)] },
            { term: 'next', sentences: [advice(total)] },
          ],
        },
        {
          kind: 'table',
          table: { head: ['key', 'calls', 'failed', 'saved', 'refused', 'of them\ngood', 'load'], rows },
        },
        ...(left > 0
          ? [{ kind: 'text', text: `${counted(left, 'key')} with fewer failures not shown.` } as const]
          : []),
      ],
    },
  ];
}

/** Other libraries' retries are requests of the client like any other. Most leave nothing by which to tell them. */
const OTHER_RETRIES =
  'Retries of axios-retry and retry-axios are not counted as calls. Those of other code on these clients are.';

/** Returns the calls that users asked for and those that failed in the end, and so without other libraries' retries. */
function asked({ calls, failed, repeats }: ObservedSnapshot): { readonly calls: number; readonly failed: number } {
  return { calls: calls - repeats, failed: Math.max(0, failed - repeats) };
}

function enforcedSentences({ calls, retries: made, saved, rejected }: DoneCounts): string[] {
  return [
    `${counted(calls, 'call')}: ${counted(made, 'retry', 'retries')} made, which saved ${counted(saved, 'call')}; ${counted(rejected, 'attempt')} refused.`,
  ];
}

function cells(observed: ObservedSnapshot): string[] {
  const { saved, rejections, rejectedGood, extraLoad } = observed;
  const { calls, failed } = asked(observed);
  return [...[calls, failed, saved, rejections, rejectedGood].map(numberText), signedPercent(extraLoad)];
}

function seen(observed: ObservedSnapshot): string {
  const { repeats } = observed;
  const { calls, failed } = asked(observed);
  const others = repeats === 0 ? '' : ` Another library made ${counted(repeats, 'retry', 'retries')}.`;
  // A process may have been started between a call and its retry.
  const share = calls <= 0 ? '' : ` (${percentText(failed / calls)})`;
  return `${counted(calls, 'call')}, of which ${numberText(failed)} failed${share}.${others}`;
}

function retries({ retries: count, saved }: ObservedSnapshot): string {
  if (count === 0) return 'No retry would have followed.';
  return `${counted(count, 'failed attempt')} would have been followed by a retry, which would have saved about ${counted(Math.round(saved), 'call')}.`;
}

function refusals({ rejections, rejectedGood }: ObservedSnapshot): string {
  if (rejections === 0) return 'Nothing would have been refused.';
  const spared = rejections - rejectedGood;
  return `${counted(rejections, 'attempt')} would have been refused: ${numberText(spared)} that failed anyway, and ${numberText(rejectedGood)} that the server answered well.`;
}

function load({ extraLoad }: ObservedSnapshot): string {
  if (extraLoad === 0) return 'The servers would have had as much to do as they had.';
  const share = percentText(Math.abs(extraLoad));
  return `The servers would have had ${share} ${extraLoad > 0 ? 'more' : 'less'} to do.`;
}

/** Returns advice. Refusals of good calls are the only thing that enforcing makes worse. */
function advice({ saved, rejectedGood }: ObservedSnapshot): string {
  if (rejectedGood > saved) {
    return 'Enforced as it is, the policy would cost more calls than it saves: look at the keys with good attempts refused, at what counts as a failure there (isFailure), and whether the key is too coarse.';
  }
  return 'Enforce a share of the calls: policy.update({ mode: "enforce", enforceRate: 0.1 }).';
}

function signedPercent(share: number): string {
  return share > 0 ? `+${percentText(share)}` : percentText(share);
}
