import { bind } from 'jest-each';
import { ModuleMocker } from 'jest-mock';

type Body = () => unknown;

/** A test with the hooks of its blocks, outermost block first. */
export interface Test {
  readonly title: string;
  readonly before: readonly Body[];
  readonly body: Body;
  readonly after: readonly Body[];
}

/** Says that a test needs jest's own runner: a module registry, fake timers. Such a test does not take part. */
export class NeedsJest extends Error {
  override readonly name = 'NeedsJest';
}

interface Block {
  readonly titles: readonly string[];
  readonly before: Body[];
  readonly after: Body[];
  readonly outer: Block | undefined;
}

/** A stand-in for `@jest/globals` that collects the tests of a file. */
export interface TestHost {
  readonly globals: Readonly<Record<string, unknown>>;
  readonly tests: readonly Test[];
}

/** Makes a host for one test file. */
export function testHost(expect: unknown): TestHost {
  const tests: Test[] = [];
  let block: Block = { titles: [], before: [], after: [], outer: undefined };

  const describe = (title: string, body: Body): void => {
    const outer = block;
    block = { titles: [...outer.titles, title], before: [], after: [], outer };
    try {
      body();
    } finally {
      block = outer;
    }
  };
  const it = (title: string, body: Body): void => {
    const blocks = chain(block);
    tests.push({
      title: [...block.titles, title].join(' > '),
      // Read when the test runs: a hook may stand below the test.
      get before() {
        return blocks.flatMap(({ before }) => before);
      },
      body,
      get after() {
        return [...blocks].reverse().flatMap(({ after }) => after);
      },
    });
  };
  const test = Object.assign(it, { each: bind(it) });
  return {
    tests,
    globals: {
      expect,
      it: test,
      test,
      describe: Object.assign(describe, { each: bind(describe, false) }),
      beforeEach: (hook: Body) => void block.before.push(hook),
      afterEach: (hook: Body) => void block.after.push(hook),
      jest: new Proxy(
        {
          fn: mocker.fn.bind(mocker),
          spyOn: mocker.spyOn.bind(mocker),
          restoreAllMocks: mocker.restoreAllMocks.bind(mocker),
          setTimeout: () => {},
        },
        { get: (known, name) => Reflect.get(known, name) ?? missing(name) },
      ),
    },
  };
}

const mocker = new ModuleMocker(globalThis);

function chain(block: Block): readonly Block[] {
  return block.outer === undefined ? [block] : [...chain(block.outer), block];
}

function missing(name: string | symbol): () => never {
  return () => {
    throw new NeedsJest(`jest.${String(name)}`);
  };
}
