import { decision } from './decision.js';
import { arrow, box, drawing, label, line } from './drawing.js';
import { sequence } from './sequence.js';

/** Draws how the policy decides about a retry: the questions in their order, each with the `stopReason` of its end. */
export function retryPicture(): string {
  return decision({
    title: 'How a retry is decided',
    description: 'The questions after a failed attempt, in their order, with the stopReason if the call ends there.',
    start: 'an attempt has failed',
    questions: [
      { text: 'worth a retry?', note: 'the verdict', answer: 'no', outcome: 'permanent' },
      {
        text: 'safe to send again?',
        note: 'method, key, body',
        answer: 'no',
        outcome: 'not-idempotent',
        outcomeNote: 'or one-shot-body',
      },
      { text: 'a retry left?', note: 'maxRetries', answer: 'no', outcome: 'exhausted' },
      {
        text: 'time left to wait?',
        note: 'backoff and deadline',
        answer: 'no',
        outcome: 'elapsed',
        outcomeNote: 'or deadline',
      },
      {
        text: 'asked to wait longer?',
        note: 'Retry-After',
        answer: 'yes',
        outcome: 'retry-after',
        outcomeNote: 'or cool-down',
      },
      { text: 'circuit open by now?', note: 'breaker', answer: 'yes', outcome: 'circuit-open' },
      { text: 'budget left?', note: 'all calls of the key', answer: 'no', outcome: 'budget' },
    ],
    end: 'wait, then try again',
  });
}

/** Draws two calls that are told to wait, and the calls after them. */
export function coolDownPicture(): string {
  return sequence({
    title: 'A cool-down',
    description: 'A second call gets a 429 with Retry-After, so all calls of the key wait and come back spread out.',
    lanes: ['call 1', 'call 2', 'later calls', 'server'],
    steps: [
      { from: 0, to: 3, text: 'request' },
      { from: 3, to: 0, text: '429, Retry-After: 10' },
      { lane: 0, look: 'wait', text: 'this call waits', note: 'the others go on' },
      { from: 1, to: 3, text: 'request' },
      { from: 3, to: 1, text: '429, Retry-After: 10' },
      { across: 'cool-down: no call of the key was served for 2 s', look: 'bad' },
      { lane: 2, look: 'wait', text: 'wait, or are refused', note: 'ERR_COOL_DOWN' },
      { across: 'its end: calls come back one after the other', look: 'good' },
      { from: 0, to: 3, text: 'retry' },
      { from: 2, to: 3, text: 'at half of the usual rate' },
    ],
  });
}

/** Draws a POST whose answer is lost. */
export function idempotencyPicture(): string {
  return sequence({
    title: 'One key for all attempts of a call',
    description:
      'The answer to a POST is lost. The retry carries the same key, and the server answers without a second order.',
    lanes: ['your code', 'policy', 'server'],
    steps: [
      { from: 0, to: 1, text: 'POST /orders' },
      { lane: 1, look: 'step', text: 'makes a key', note: 'once per call' },
      { from: 1, to: 2, text: 'Idempotency-Key: k1' },
      { lane: 2, look: 'good', text: 'creates the order', note: 'keeps the answer' },
      { from: 2, to: 1, text: 'connection reset', isLost: true },
      { from: 1, to: 2, text: 'Idempotency-Key: k1' },
      { lane: 2, look: 'step', text: 'knows k1', note: 'creates nothing' },
      { from: 2, to: 1, text: '201, as before' },
      { from: 1, to: 0, text: '201' },
    ],
  });
}

/** Draws three attempts on one line of time. */
export function timeoutsPicture(): string {
  const bar = { y: 66, height: 36 };
  const limit = (x: number, width: number, y: number, text: string): string[] => [
    arrow([
      [x + width / 2, y],
      [x + width, y],
    ]),
    arrow([
      [x + width / 2, y],
      [x, y],
    ]),
    label(x + width / 2, y - 7, text, 'middle', 'small'),
  ];
  return drawing({
    title: 'The time limits of a call',
    description: 'attemptMs ends each attempt, totalMs ends the whole call with its waits.',
    height: 168,
    shapes: [
      ...limit(10, 104, 48, 'attemptMs'),
      ...limit(160, 104, 48, 'attemptMs'),
      box('bad', { x: 10, width: 104, ...bar }, 'attempt 1', 'timed out'),
      box('wait', { x: 118, width: 38, ...bar }, 'wait'),
      box('bad', { x: 160, width: 104, ...bar }, 'attempt 2', 'timed out'),
      box('wait', { x: 268, width: 50, ...bar }, 'wait'),
      box('step', { x: 322, width: 90, ...bar }, 'attempt 3', 'cut short'),
      line([412, 30], [412, 140]),
      label(414, 22, 'the call ends', 'end', 'small'),
      ...limit(10, 402, 134, 'totalMs'),
    ],
  });
}

/** Draws what a call meets in each mode. */
export function modesPicture(): string {
  const [x, width] = [[8, 146, 284], 128] as const;
  const column = (
    left: number,
    mode: string,
    steps: readonly (readonly ['step' | 'good' | 'wait', string, string])[],
  ) => [
    box('step', { x: left, y: 66, width, height: 34 }, mode),
    ...steps.flatMap(([look, text, note], index) => [
      arrow([
        [left + width / 2, 100 + index * 66],
        [left + width / 2, 122 + index * 66],
      ]),
      box(look, { x: left, y: 124 + index * 66, width, height: 42 }, text, note),
    ]),
  ];
  return drawing({
    title: 'What each mode does with a call',
    description:
      'enforce: the parts decide. observe: the parts count and report, the client decides. off: the client alone.',
    height: 308,
    shapes: [
      box('step', { x: 146, y: 10, width, height: 32 }, 'a call'),
      ...x.map((left) =>
        arrow([
          [210, 42],
          [left + width / 2, 64],
        ]),
      ),
      ...column(x[0], 'enforce', [
        ['good', 'parts decide', 'wait, refuse, retry'],
        ['step', 'they count', 'for later calls'],
        ['step', 'retry, reject', 'events'],
      ]),
      ...column(x[1], 'observe', [
        ['wait', 'client decides', 'as without a policy'],
        ['step', 'parts count', 'as if they enforced'],
        ['step', 'wouldRetry', 'and wouldReject'],
      ]),
      ...column(x[2], 'off', [['wait', 'client decides', 'the policy is out']]),
    ],
  });
}

/** Draws which state each key has. */
export function keysPicture(): string {
  const keys = ['https://a.example', 'https://b.example', 'tenant 7'];
  const parts = ['breaker', 'retry budget', 'cool-down', 'limit', 'counts'];
  return drawing({
    title: 'The state of each key',
    description: 'A policy has a breaker, a retry budget, a cool-down, a limit and counts for each key.',
    height: 296,
    shapes: [
      box('step', { x: 130, y: 10, width: 160, height: 40 }, 'policy', 'one set of options'),
      ...keys.flatMap((key, index) => {
        const left = 8 + index * 138;
        return [
          arrow([
            [210, 50],
            [left + 64, 78],
          ]),
          `<rect class="wait" x="${left}" y="80" width="128" height="206" rx="6"/>`,
          label(left + 64, 101, key, 'middle', 'small'),
          ...parts.map((part, at) => box('step', { x: left + 10, y: 112 + at * 34, width: 108, height: 28 }, part)),
        ];
      }),
    ],
  });
}

/** Draws two processes that share a store. */
export function storePicture(): string {
  return sequence({
    title: 'A store makes the views of two processes agree',
    description:
      'A call is decided by the view of its process, at once. The store passes on what one process has found.',
    lanes: ['call', 'process 1', 'store', 'process 2'],
    steps: [
      { from: 0, to: 1, text: 'may I?' },
      { lane: 1, look: 'step', text: 'decides by its view', note: 'waits for no store' },
      { from: 1, to: 0, text: 'a permit' },
      { from: 0, to: 1, text: 'failed' },
      { lane: 1, look: 'bad', text: 'opens its breaker' },
      { from: 1, to: 2, text: 'open' },
      { from: 2, to: 3, text: 'open' },
      { lane: 3, look: 'bad', text: 'refuses calls', note: 'of the same key' },
    ],
  });
}
