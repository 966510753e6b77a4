import { describe, expect, test } from '@jest/globals';
import { Dice } from '../chance/dice.js';
import { SimulationClock } from '../time/simulation-clock.js';
import type { Behaviour } from './behaviour.js';
import { ModelServer } from './model-server.js';
import type { Reply, Request } from './request.js';

interface Arrival extends Partial<Pick<Request, 'holdMs' | 'isAbandoned' | 'route' | 'serviceMs' | 'tenant'>> {
  readonly atMs?: number;
}

/** `<ms>: <status or code>` for each request in turn; `-` for one that hangs. */
async function play(
  behaviours: readonly (Behaviour & { readonly fromMs?: number })[],
  arrivals: readonly Arrival[],
): Promise<string[]> {
  const clock = new SimulationClock();
  const server = new ModelServer(clock, 1);
  const replies = arrivals.map(() => '-');
  for (const behaviour of behaviours) clock.schedule(() => server.become(behaviour), behaviour.fromMs ?? 0);
  for (const [index, { atMs = 0, ...given }] of arrivals.entries()) {
    const reply = (reply: Reply): void => {
      replies[index] =
        `${clock.now()}: ${'code' in reply ? reply.code : [reply.status, ...Object.values(reply.headers)].join(' ')}`;
    };
    const request: Request = {
      dice: new Dice(index),
      route: undefined,
      tenant: 0,
      serviceMs: undefined,
      holdMs: undefined,
      isAbandoned: false,
      fault: undefined,
      ...given,
      reply,
    };
    clock.schedule(() => server.request(request), atMs);
  }
  await clock.run(1_000_000);
  return replies;
}

const at = (...ms: readonly number[]): Arrival[] => ms.map((atMs) => ({ atMs }));

test('answers after its service time', async () => {
  expect(await play([{}], at(5))).toEqual(['15: 200']);
});

describe('capacity', () => {
  test('requests without a slot wait for one, in order', async () => {
    expect(await play([{ slots: 2, serviceMs: 10 }], at(0, 0, 0, 1))).toEqual([
      '10: 200',
      '10: 200',
      '20: 200',
      '20: 200',
    ]);
  });

  test('requests that find the queue full are rejected', async () => {
    expect(await play([{ slots: 1, queue: 1 }], at(0, 0, 0))).toEqual(['10: 200', '20: 200', '1: 503']);
  });

  test('added slots serve waiting requests', async () => {
    const growing = { slots: { from: 1, to: 3, overMs: 10 } };
    expect(await play([growing], at(0, 0, 0, 10))).toEqual(['10: 200', '20: 200', '20: 200', '20: 200']);
  });

  test('work takes longer for each request in the server', async () => {
    expect(await play([{ serviceMs: 10, perRequestMs: 5 }], at(0, 0, 0))).toEqual(['15: 200', '20: 200', '25: 200']);
  });

  test('a slow server takes a multiple of all work', async () => {
    expect(await play([{ slowFactor: 3 }], [{ serviceMs: 4 }, {}])).toEqual(['12: 200', '30: 200']);
    expect(await play([{ slowFactor: { from: 1, to: 11, overMs: 100 } }], at(0, 50, 200))).toEqual([
      '10: 200',
      '110: 200',
      '310: 200',
    ]);
  });

  test('works on the requests of clients that have gone, unless it notices', async () => {
    const gone: Arrival[] = [{}, { isAbandoned: true }, {}];
    expect((await play([{ slots: 1 }], gone))[2]).toBe('30: 200');
    expect((await play([{ slots: 1, noticesAbandonment: true }], gone))[2]).toBe('20: 200');
  });

  test('a request that is held takes no slot', async () => {
    expect(await play([{ slots: 1 }], [{ holdMs: 500 }, {}])).toEqual(['500: 200', '10: 200']);
  });
});

describe('reach', () => {
  test.each([
    ['refused', ['1: ECONNREFUSED', '60: 200']],
    ['silent', ['-', '60: 200']],
    ['frozen', ['60: 200', '60: 200']],
  ] as const)('%s, then open again', async (reach, expected) => {
    expect(await play([{ reach }, { fromMs: 50 }], at(0, 50))).toEqual(expected);
  });

  test('frozen work continues from where it stopped', async () => {
    expect(await play([{}, { fromMs: 4, reach: 'frozen' }, { fromMs: 100 }], at(0))).toEqual(['106: 200']);
  });

  test('a crash resets the requests in work, in the queue and on hold', async () => {
    const crash = { fromMs: 5, reach: 'refused', resetsInFlight: true } as const;
    const arrivals = [...at(0, 0), { holdMs: 50 }, ...at(20)];
    const reset = '5: ECONNRESET';
    expect(await play([{ slots: 1 }, crash, { fromMs: 10, slots: 1 }], arrivals)).toEqual([
      reset,
      reset,
      reset,
      '30: 200',
    ]);
  });
});

test('pauses recur, and work stands still during them', async () => {
  const paused = { pauses: { everyMs: 100, forMs: 50 } };
  expect(await play([paused], at(0, 95, 120, 245, 260))).toEqual([
    '10: 200',
    '155: 200',
    '160: 200',
    '305: 200',
    '310: 200',
  ]);
  expect(await play([paused, { fromMs: 120 }], at(115, 255))).toEqual(['130: 200', '265: 200']);
});

describe('faults', () => {
  const whole = { share: 1 } as const;
  test.each<[string, NonNullable<Behaviour['faults']>[number], string]>([
    ['a hang', { ...whole, kind: 'hang' }, '-'],
    ['a reset', { ...whole, kind: 'error', code: 'ECONNRESET', afterMs: 7 }, '7: ECONNRESET'],
    ['a status at once', { ...whole, kind: 'status', status: 429, retryAfterS: 60 }, '1: 429 60'],
    ['a status after the work', { ...whole, kind: 'status', status: 500, worked: true }, '10: 500'],
    ['a slow answer', { ...whole, kind: 'slow', byMs: 90 }, '100: 200'],
    ['one for another route', { ...whole, kind: 'hang', route: '/other' }, '10: 200'],
    ['one for its route', { ...whole, kind: 'hang', route: '/own' }, '-'],
    ['one for other tenants', { ...whole, kind: 'hang', tenantsBelow: 3 }, '10: 200'],
    ['one for its tenant', { ...whole, kind: 'hang', tenantsBelow: 4 }, '-'],
    ['one with no share', { share: 0, kind: 'hang' }, '10: 200'],
  ])('%s', async (_, fault, expected) => {
    expect(await play([{ faults: [fault] }], [{ route: '/own', tenant: 3 }])).toEqual([expected]);
  });

  test('a share of the requests has them, whatever the load', async () => {
    const replies = await play([{ slots: 1, faults: [{ share: 0.2, kind: 'hang' }] }], at(...Array(2_000).fill(0)));
    expect(replies.filter((reply) => reply === '-').length / 2_000).toBeCloseTo(0.2, 1);
  });
});

describe('a throttle', () => {
  test('rejects the requests beyond its rate within a second', async () => {
    const throttle = { perSecond: 2, retryAfterS: 2 };
    expect(await play([{ throttle }], at(0, 500, 999, 1_000, 1_001, 1_500))).toEqual([
      '10: 200',
      '510: 200',
      '1000: 429 2',
      '1010: 200',
      '1002: 429 2',
      '1510: 200',
    ]);
  });

  test('counts each tenant by itself', async () => {
    const throttle = { perSecond: 1, perTenant: true, status: 503 };
    const arrivals = [{ tenant: 1 }, { tenant: 2 }, { tenant: 1 }];
    expect(await play([{ throttle }], arrivals)).toEqual(['10: 200', '10: 200', '1: 503']);
  });
});

describe('a server that calls others', () => {
  const call = async (isAnswered: boolean, ms: number): Promise<string[]> => {
    const clock = new SimulationClock();
    const asked: string[] = [];
    const onward = (client: string): Promise<boolean> => {
      asked.push(`${clock.now()}: ${client}`);
      return new Promise((resolve) => clock.schedule(() => resolve(isAnswered), ms));
    };
    const server = new ModelServer(clock, 1, onward);
    server.become({ slots: 1, calls: 'below' });
    const replies: string[] = [];
    for (let index = 0; index < 2; index += 1) {
      server.request({
        dice: new Dice(index),
        route: undefined,
        tenant: 0,
        serviceMs: undefined,
        holdMs: undefined,
        isAbandoned: false,
        fault: undefined,
        reply: (reply) => replies.push(`${clock.now()}: ${'code' in reply ? reply.code : reply.status}`),
      });
    }
    await clock.run();
    return [...asked, ...replies];
  };

  test('calls them after its own work, and keeps the slot meanwhile', async () => {
    expect(await call(true, 40)).toEqual(['10: below', '60: below', '50: 200', '100: 200']);
  });

  test('answers with 502 if they do not answer', async () => {
    expect(await call(false, 5)).toEqual(['10: below', '25: below', '15: 502', '30: 502']);
  });
});
