/** A mapping in a lockfile of pnpm or Yarn. */
export interface Block {
  readonly values: ReadonlyMap<string, string>;
  readonly blocks: ReadonlyMap<string, Block>;
}

interface OpenBlock {
  readonly indent: number;
  readonly values: Map<string, string>;
  readonly blocks: Map<string, OpenBlock>;
}

/**
 * Reads the mappings of a lockfile by their indentation, without lists: pnpm and Yarn use no more of YAML for versions.
 * In Yarn's classic format a space separates a key from its value.
 */
export function blockOf(text: string): Block {
  const root: OpenBlock = { indent: -1, values: new Map(), blocks: new Map() };
  const open = [root];
  for (const line of text.split(/\r?\n/)) {
    const [, spaces = '', rest = ''] = /^( *)([^#\s-].*)$/.exec(line) ?? [];
    if (rest === '') continue;
    while ((open.at(-1)?.indent ?? -1) >= spaces.length) open.pop();
    const parent = open.at(-1) ?? root;
    if (rest.endsWith(':')) {
      const block: OpenBlock = { indent: spaces.length, values: new Map(), blocks: new Map() };
      parent.blocks.set(bare(rest.slice(0, -1)), block);
      open.push(block);
      continue;
    }
    const [, key, value] = /^("[^"]*"|'[^']*'|[^\s:]+):? +(.+)$/.exec(rest) ?? [];
    if (key === undefined || value === undefined) continue;
    parent.values.set(bare(key), bare(value));
    const flow = /^\{(.*)\}$/.exec(value)?.[1];
    if (flow !== undefined) parent.blocks.set(bare(key), flowBlock(flow));
  }
  return root;
}

/** `{specifier: ^3.9.1, version: 3.9.1}` */
function flowBlock(text: string): OpenBlock {
  const entries = text.split(/,\s*/).map((entry): [string, string] => {
    const [key = '', ...value] = entry.trim().split(/:\s+/);
    return [bare(key), bare(value.join(': '))];
  });
  return { indent: 0, values: new Map(entries), blocks: new Map() };
}

function bare(text: string): string {
  return /^(["'])[^"']*\1$/.test(text) ? text.slice(1, -1) : text;
}
