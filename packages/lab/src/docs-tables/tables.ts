import { createPolicy, defaults, presets } from '@breakwater/core';
import { type Instrument, instruments } from '@breakwater/otel';
import { commentOf, type Declared, errorClasses, membersOf, propertiesOfConst, wordsOf } from './declared.js';
import { defaultCell, markdownTable } from './markdown.js';

const { limit } = createPolicy({ limit: { kind: 'adaptive' } }).settings;
const { limit: fixedLimit } = createPolicy({ limit: { kind: 'fixed' } }).settings;
const { idempotency } = createPolicy({ idempotency: {} }).settings;

/** Returns every generated table of the documentation, by the name in its markers. */
export function docsTables(): ReadonlyMap<string, string> {
  const { retry, budget, breaker, coolDown, timeouts } = defaults;
  return new Map([
    ['defaults:retry', optionsTable('option of `retry`', membersOf('RetryOptions'), retry)],
    ['defaults:backoff', optionsTable('option of `retry.backoff`', backoffOptions(), retry.backoff)],
    ['defaults:coolDown', optionsTable('option of `coolDown`', membersOf('CoolDownOptions'), coolDown)],
    ['defaults:budget', optionsTable('option of `budget`', membersOf('BudgetOptions'), budget)],
    ['defaults:breaker', optionsTable('option of `breaker`', membersOf('BreakerOptions'), breaker)],
    ['defaults:limit', optionsTable('option of an adaptive `limit`', membersOf('AdaptiveLimitOptions'), limit)],
    ['defaults:fixedLimit', optionsTable('option of a fixed `limit`', membersOf('FixedLimitOptions'), fixedLimit)],
    ['defaults:timeouts', optionsTable('option of `timeouts`', membersOf('TimeoutOptions'), timeouts)],
    ['defaults:idempotency', optionsTable('option of `idempotency`', membersOf('IdempotencyOptions'), idempotency)],
    ...[...TOP_LEVEL].map(
      ([table, names]) => [`defaults:${table}`, optionsTable('option', policyOptions(names), defaults)] as const,
    ),
    ['stop-reasons', stopReasonsTable()],
    ['errors', errorsTable()],
    ['events', eventsTable()],
    ['metrics', metricsTable()],
    ['presets', presetsTable()],
  ]);
}

/** The options of a policy that are no part of their own, by the table that has them. */
export const TOP_LEVEL: ReadonlyMap<string, readonly string[]> = new Map([
  ['mode', ['mode', 'enforceRate']],
  ['keys', ['keyOf', 'maxKeys', 'keyIdleMs']],
  ['events', ['instance', 'attributesOf']],
  ['store', ['name', 'store']],
  ['testing', ['clock', 'random']],
]);

function policyOptions(names: readonly string[]): Declared[] {
  return membersOf('PolicyOptions').filter(({ name }) => names.includes(name));
}

/** All of them may be missing, though `BackoffOptions` is the type of a complete backoff. */
function backoffOptions(): Declared[] {
  return membersOf('BackoffOptions').map((member) => ({ ...member, isOptional: true }));
}

function optionsTable(head: string, options: readonly Declared[], values: object | false): string {
  const rows = options.map((option) => [
    `\`${option.name}\``,
    defaultCell(option, (values as Readonly<Record<string, unknown>>)[option.name]),
    option.text,
  ]);
  return markdownTable([head, 'default', 'meaning'], rows);
}

function stopReasonsTable(): string {
  const rows = wordsOf('StopReason').map(({ name, text }) => [`\`${name}\``, text]);
  return markdownTable(['`stopReason`', 'why there was no further attempt'], rows);
}

function errorsTable(): string {
  const rows = errorClasses().map(({ code, guard, name, text, properties }) => [
    `\`${code}\``,
    `\`${guard}\``,
    `\`${name}\``,
    text,
    inCode(properties),
  ]);
  return markdownTable(['code', 'guard', 'class', 'when', 'has'], rows);
}

function eventsTable(): string {
  const rows = membersOf('PolicyEvents').map(({ name, type = '' }) => {
    // An event of mode `observe` has the fields of the one that it stands for.
    const fields = membersOf(type.replace(/^Would/, '')).map((field) => field.name);
    return [`\`${name}\``, commentOf(type), inCode(fields)];
  });
  return markdownTable(['event', 'when', 'has'], rows);
}

function metricsTable(): string {
  const rows = Object.entries<Instrument>(instruments).map(([name, { kind, unit, attributes, description }]) => [
    `\`${name}\``,
    kind.replaceAll('-', ' '),
    `\`${unit}\``,
    description,
    attributes.length === 0 ? 'none' : inCode(attributes),
  ]);
  return markdownTable(['metric', 'kind', 'unit', 'meaning', 'attributes'], rows);
}

function presetsTable(): string {
  const comments = new Map(propertiesOfConst('presets').map(({ name, text }) => [name, text]));
  const rows = Object.keys(presets).map((name) => [`\`${name}\``, comments.get(name) ?? '']);
  return markdownTable(['preset', 'what it is for and where it differs from the defaults'], rows);
}

function inCode(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ');
}
