import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { floorPlans } from '../../test/floors.js';
import { pages, repository } from '../../test/readme-text.js';
import { wordsOf } from '../docs-tables/declared.js';
import { attemptsPerCall } from './computed.js';
import { diagrams } from './diagrams.js';

const drawn = diagrams(floorPlans);
const directory = join(repository, 'packages/docs/diagrams');

describe('each diagram of the documentation', () => {
  test.each([...drawn])('%s is as `npm run docs:diagrams` draws it, and a page shows it', (name, svg) => {
    expect(readFileSync(join(directory, name), 'utf8')).toBe(svg);
    expect(pages().filter(({ lines }) => lines.join('\n').includes(`diagrams/${name})`))).toHaveLength(1);
  });

  test.each([...drawn])('%s has no text outside of the picture', (_, svg) => {
    const [, width = '', height = ''] = /viewBox="0 0 (\d+) (\d+)"/.exec(svg) ?? [];
    const outside = [...svg.matchAll(/<text [^>]*x="([\d.-]+)" y="([\d.-]+)" text-anchor="(\w+)">([^<]*)/g)].filter(
      ([, x, y, anchor, text = '']) => {
        // A letter of this size is hardly ever wider than 7.4 px on average.
        const room = text.length * 7.4;
        const left = Number(x) - (anchor === 'end' ? room : anchor === 'middle' ? room / 2 : 0);
        return left < -4 || left + room > Number(width) + 4 || Number(y) > Number(height);
      },
    );
    expect(outside.map(([, , , , text]) => text)).toEqual([]);
  });

  test('is in the list above, or is drawn by another program or by hand', () => {
    const others = ['breaker-states.svg', 'demo.svg', 'limit.svg', 'order-of-parts.svg', 'storm.svg'];
    expect(readdirSync(directory).sort()).toEqual([...drawn.keys(), ...others].sort());
  });
});

test('the diagram of the retry names stop reasons that exist', () => {
  const reasons = wordsOf('StopReason').map(({ name }) => name);
  const named = [...(drawn.get('retry.svg') ?? '').matchAll(/class="bad".*?>([\w-]+)<\/text>.*?(?:>or ([\w-]+)<|$)/gm)]
    .flatMap(([, reason, other]) => [reason, other])
    .filter((reason) => reason !== undefined);
  expect(named).toHaveLength(10);
  expect(named.filter((reason) => !reasons.includes(reason))).toEqual([]);
});

test('with the budget a busy key makes at most 1.2 attempts per call, and 1 if no call is answered', () => {
  const shares = Array.from({ length: 11 }, (_, index) => index / 10);
  expect(Math.max(...shares.map((share) => attemptsPerCall(share, true)))).toBeLessThanOrEqual(1.2);
  expect(attemptsPerCall(1, true)).toBe(1);
  expect(attemptsPerCall(1, false)).toBe(4);
});
