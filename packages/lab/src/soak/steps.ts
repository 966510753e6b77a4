/** Actions of the server on one request. A path names the steps that the attempts of a call meet, in their order. */
export type Step = keyof typeof about;

const about = {
  ok: 'an answer of 200',
  gzip: 'an answer of 200, compressed',
  big: 'an answer of 200 with a body of 40 kB, in many pieces',
  gone: '404',
  broken: '500',
  busy: '503',
  'busy-now': '503, to be tried again at once',
  'busy-soon': '503, to be left alone for 2 ms',
  'busy-long': '503, to be left alone for ten minutes',
  throttled: '429, to be left alone for 2 ms',
  reset: 'a reset before the headers',
  'reset-headers': 'a reset in the headers',
  'reset-body': 'a reset in the middle of a body with a length',
  'cut-chunk': 'an end in the middle of a chunk',
  'cut-gzip': 'a compressed body that stops short',
  garbage: 'what is no HTTP',
  redirect: 'a redirect to the next step',
  stall: 'silence',
  'stall-body': 'headers, the beginning of a body, then silence',
  leave: 'headers, the beginning of a body, and a reset some milliseconds later',
} as const;

export const steps = Object.keys(about) as readonly Step[];

/** The path under which a call of that id meets these steps, the last of them for ever. */
export function pathOf(id: string, script: readonly Step[]): string {
  return `/${id}/${script.join(',')}`;
}

export interface Script {
  readonly id: string;
  readonly steps: readonly Step[];
}

export function parsePath(path: string): Script | undefined {
  const [, id, list] = path.split('/');
  const script = list?.split(',') ?? [];
  const isKnown = script.length > 0 && script.every((step) => Object.hasOwn(about, step));
  return id !== undefined && isKnown ? { id, steps: script as Step[] } : undefined;
}
