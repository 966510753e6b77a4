import { Readable } from 'node:stream';
import { expect, it } from '@jest/globals';
import { discardBody } from './discard-body.js';
import { holdBody } from './held-body.js';

const turn = () => new Promise((resolve) => setImmediate(resolve));
const never = () => {
  throw new Error('discarded');
};

/** A response whose body has come in up to so many bytes, and is over or not. */
function response(bytes: number, isOver: boolean) {
  let cancelled = 0;
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      if (bytes > 0) controller.enqueue(new Uint8Array(bytes));
      if (isOver) controller.close();
    },
    cancel() {
      cancelled += 1;
    },
  });
  return { answer: new Response(stream), cancelled: () => cancelled };
}

it('holds an answer without a stream', () => {
  for (const answer of [{ status: 503 }, { status: 503, body: 'text', data: { rows: [] } }, undefined]) {
    expect(holdBody(answer, never)).toBeDefined();
  }
});

it.each(['answer', 'body', 'data'])('holds a Node stream as the %s if all of it has come in', async (where) => {
  const answerOf = (stream: object) => (where === 'answer' ? stream : { [where]: stream });
  const whole = Readable.from(['text']);
  expect(holdBody(answerOf(whole), never)).toBeUndefined();
  whole.resume();
  await turn();
  const ended = Object.assign(new Readable({ read() {} }), {});
  ended.push('text');
  ended.push(null);
  expect(holdBody(answerOf(ended), never)).toBeDefined();
  ended.destroy();
  expect(holdBody(answerOf(ended), never)).toBeUndefined();
  const message = Object.assign(new Readable({ read() {} }), { complete: true });
  expect(holdBody(answerOf(message), never)).toBeDefined();
});

it('reads a fetch response ahead, so that its caller gets all of it', async () => {
  const { answer } = response(65_536, true);
  const held = holdBody(answer, never);
  await turn();
  held?.handOut();
  expect((await answer.arrayBuffer()).byteLength).toBe(65_536);
});

it('discards a fetch response whose body turns out to be too long', async () => {
  const { answer, cancelled } = response(65_537, false);
  let discarded = 0;
  holdBody(answer, () => {
    discarded += 1;
    discardBody(answer);
  });
  await turn();
  expect([discarded, cancelled()]).toEqual([1, 1]);
});

it('stops reading a fetch response that is handed out', async () => {
  const { answer } = response(10, false);
  const held = holdBody(answer, never);
  await turn();
  held?.handOut();
  held?.handOut();
  const reader = answer.body?.getReader();
  expect((await reader?.read())?.value?.byteLength).toBe(10);
});

it('holds a fetch response without a body, and none whose body has been touched', async () => {
  expect(holdBody(new Response(null), never)).toBeDefined();
  const read = new Response('text');
  await read.text();
  expect(holdBody(read, never)).toBeUndefined();
});

it('does not fail for an answer that cannot be cloned', async () => {
  const broken = { bodyUsed: false, body: {}, clone: never };
  expect(holdBody(broken, () => {})).toBeUndefined();
  const failing = new Response(new ReadableStream({ pull: (controller) => controller.error(new Error('reset')) }));
  expect(holdBody(failing, never)).toBeDefined();
  await turn();
});

it.each(['answer', 'body', 'data'])('frees a Node stream or a web stream as the %s', async (where) => {
  const answerOf = (stream: object) => (where === 'answer' ? stream : { [where]: stream });
  const node = new Readable({
    read() {},
    destroy(_error, done) {
      done(new Error('aborted'));
    },
  });
  discardBody(answerOf(node));
  await turn();
  expect(node.destroyed).toBe(true);
  let cancelled = 0;
  const cancel = () => {
    cancelled += 1;
    return Promise.reject(new Error('cannot be cancelled'));
  };
  const web = new ReadableStream({ cancel });
  discardBody(answerOf(web));
  const locked = new ReadableStream({ cancel });
  locked.getReader();
  discardBody(answerOf(locked));
  await turn();
  expect(cancelled).toBe(1);
});

it('does not touch values without a stream', () => {
  const destroyed: string[] = [];
  const store = { destroy: () => destroyed.push('store') };
  const job = { cancel: () => destroyed.push('job') };
  for (const answer of [store, job, { body: store, data: job }, { body: null }, 'text', undefined, null])
    discardBody(answer);
  const hostile = {
    get body(): never {
      return never();
    },
  };
  discardBody(hostile);
  expect(destroyed).toEqual([]);
});
