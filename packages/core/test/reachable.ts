import { Agent } from 'node:http';
import { inspect, types } from 'node:util';

/**
 * Returns all text that can be reached from a value by any means: own properties of every kind (hidden ones, symbols,
 * getters), those of its prototypes, entries of maps and sets, bytes, and what `util.inspect` shows.
 */
export function reachableText(root: unknown): string {
  const texts: string[] = [inspect(root, { depth: 2 }), `${root}`];
  const seen = new Set<unknown>([globalThis, process]);
  const queue: unknown[] = [root];
  while (queue.length > 0) {
    const value = queue.pop();
    if (typeof value === 'string') texts.push(value);
    if (!isObject(value) || seen.has(value)) continue;
    seen.add(value);
    // Node's own pool of connections, which leads to what is on them.
    if (value instanceof Agent) continue;
    if (ArrayBuffer.isView(value)) texts.push(Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString());
    if (types.isMap(value)) queue.push(...value.keys(), ...value.values());
    if (types.isSet(value)) queue.push(...value);
    queue.push(Object.getPrototypeOf(value));
    for (const key of Reflect.ownKeys(value)) {
      texts.push(String(key));
      queue.push(read(value, key));
    }
  }
  return texts.join('\n');
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

/** Accessors are read on errors and plain objects alone: those of Node's classes may open what they give. */
function read(holder: object, key: string | symbol): unknown {
  const property = Object.getOwnPropertyDescriptor(holder, key);
  if (property?.get === undefined) return property?.value;
  const isPlain = holder instanceof Error || Object.getPrototypeOf(Object.getPrototypeOf(holder) ?? {}) === null;
  if (!isPlain) return undefined;
  try {
    return Reflect.get(holder, key);
  } catch (error) {
    return error;
  }
}
