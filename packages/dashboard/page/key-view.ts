import type { InstanceRow, KeyRow } from '../src/view/wire.js';
import { askForAction } from './actions.js';
import { h, setAttribute, setChildren, setText } from './dom.js';
import { figure, millis, perCall, share, span, timeOfDay } from './format.js';
import { keyCharts } from './key-charts.js';
import { logList } from './log-list.js';
import type { View } from './overview.js';
import type { PageState } from './page-state.js';
import { stateBadge, stateWord } from './state-badge.js';

const LOG_ENTRIES = 200;
const POLICY_EVERY_MS = 5_000;

/** Answer of `policy.json`. */
interface PolicyAnswer {
  readonly parts: readonly { readonly title: string; readonly text: string }[];
  readonly instances: readonly InstanceRow[];
}

/** One key: what is wrong, what has been, what the policy is. */
export function keyView(policy: string, key: string): View {
  const id = `${policy}\n${key}`;
  const badge = stateBadge();
  const heading = h('h1', { tabindex: -1 }, h('bdi', {}, key));
  const since = h('span', { class: 'note' });
  const says = h('p', { class: 'verdict', role: 'status' });
  const facts = h('dl', { class: 'facts' });
  const buttons = h(
    'div',
    { class: 'buttons' },
    ...(['open', 'close', 'reset'] as const).map((action) => {
      const word = { open: 'Force open…', close: 'Close…', reset: 'Reset…' }[action];
      return h('button', { type: 'button', onclick: () => askForAction(action, policy, key) }, word);
    }),
  );
  const charts = keyCharts(policy, key);
  const instances = h('div', { class: 'table-box', tabindex: 0, role: 'region', 'aria-label': 'Instances' });
  const instancesSection = h('section', {}, h('h2', {}, 'Instance by instance'), instances);
  const log = logList(false, LOG_ENTRIES);
  const parts = h('dl', { class: 'parts' });
  let askedMs = 0;

  const askForPolicy = async (): Promise<void> => {
    askedMs = Date.now();
    try {
      const answer = await fetch(`policy.json?${new URLSearchParams({ id: policy, key })}`, { cache: 'no-store' });
      if (!answer.ok) return;
      const told = (await answer.json()) as PolicyAnswer;
      setChildren(
        parts,
        told.parts.map(({ title, text }) => h('div', {}, h('dt', {}, title), h('dd', {}, text))),
      );
      instancesSection.hidden = told.instances.length === 0;
      setChildren(instances, [instanceTable(told.instances)]);
    } catch {
      // The next turn asks again.
    }
  };
  instancesSection.hidden = true;

  const show = (state: PageState): void => {
    const row = state.rows.get(id);
    if (Date.now() - askedMs > POLICY_EVERY_MS) void askForPolicy();
    buttons.hidden = !state.admin || row === undefined || row.state === 'none';
    log.show(state.log.filter((entry) => entry.policy === policy && (entry.key === key || entry.key === '')));
    charts.refresh(state.atMs);
    if (row === undefined) {
      setAttribute(says, 'data-level', 'idle');
      setText(says, 'This key is not in use: it has been idle for long, or was never called.');
      return;
    }
    badge.show(row.state);
    const sinceMs = row.openedAtMs ?? row.sinceMs;
    setText(since, sinceMs === undefined ? '' : `for ${span(state.nowMs() - sinceMs)}`);
    setAttribute(says, 'data-level', row.trouble >= 80 ? 'bad' : row.trouble > 0 ? 'warn' : 'good');
    setText(says, row.trouble > 0 ? [row.says, row.next].filter(Boolean).join(' ') : wellText(row));
    showFacts(facts, factsOf(row, state));
  };

  return {
    element: h(
      'main',
      { id: 'main' },
      h('p', { class: 'back' }, h('a', { href: '#/' }, '← All keys')),
      h('div', { class: 'title' }, heading, badge.element, since, h('span', { class: 'policy' }, h('bdi', {}, policy))),
      says,
      buttons,
      facts,
      charts.element,
      instancesSection,
      h(
        'div',
        { class: 'columns' },
        h('section', {}, h('h2', {}, 'What happened'), log.element),
        h('section', {}, h('h2', {}, 'The policy in force'), parts),
      ),
    ),
    heading,
    show,
    leave: () => charts.destroy(),
  };
}

function wellText({ calls }: KeyRow): string {
  return calls === 0 ? 'Nothing is wrong. No calls at the moment.' : 'Nothing is wrong: calls go through.';
}

function factsOf(row: KeyRow, state: PageState): (readonly [string, string])[] {
  const nowMs = state.nowMs();
  const opened = row.openedAtMs;
  const all: (readonly [string, string | undefined])[] = [
    ['In trouble since', opened === undefined ? undefined : `${timeOfDay(opened)} (${span(nowMs - opened)})`],
    ['Opened because', row.openedBecause],
    ['Next probe', row.nextProbeMs === undefined ? undefined : inFuture(row.nextProbeMs - nowMs)],
    [
      'Cool-down ends',
      row.coolDownUntilMs === undefined
        ? undefined
        : `${inFuture(row.coolDownUntilMs - nowMs)}, ${row.coolDownWaiting ?? 0} waiting`,
    ],
    ['Failures lately', row.reasons?.map(([reason, times]) => `${reason} × ${times}`).join(', ')],
    ['Calls/s', figure(row.calls)],
    ['Answered', share(row.answered, row.calls)],
    ['Refused/s', figure(row.refused)],
    ['Would be refused/s', row.wouldReject > 0 ? figure(row.wouldReject) : undefined],
    ['Attempts/call', perCall(row.attempts, row.calls)],
    ['Latency', row.p95Ms === undefined ? undefined : `p50 ${millis(row.p50Ms)}, p95 ${millis(row.p95Ms)}`],
    ['In flight', row.cap === undefined ? `${row.inFlight}, no cap` : `${row.inFlight} of ${row.cap}`],
    ['Waiting for a place', row.waiting === undefined ? undefined : String(row.waiting)],
    ['Instances in the fleet', row.fleet && String(row.fleet.instances)],
    ['Opened by failures of', row.fleet?.openedBy?.join(', ')],
    [
      'Last word of the fleet',
      row.fleet?.syncedAtMs === undefined ? undefined : `${span(nowMs - row.fleet.syncedAtMs)} ago`,
    ],
    ['Retries in the budget', row.budget === undefined ? undefined : String(row.budget)],
  ];
  return all.filter((fact): fact is readonly [string, string] => fact[1] !== undefined);
}

function inFuture(ms: number): string {
  return ms <= 0 ? 'now' : `in ${span(ms + 999)}`;
}

function showFacts(list: HTMLElement, facts: readonly (readonly [string, string])[]): void {
  const known = new Map([...list.children].map((child) => [child.getAttribute('data-fact'), child]));
  setChildren(
    list,
    facts.map(([label, text]) => {
      const fact = known.get(label) ?? h('div', { 'data-fact': label }, h('dt', {}, label), h('dd'));
      const value = fact.lastElementChild;
      if (value !== null) setText(value, text);
      return fact;
    }),
  );
}

function instanceTable(rows: readonly InstanceRow[]): HTMLElement {
  const heads = ['Instance', 'State', 'Calls/s', 'Answered', 'Refused/s', 'p95', 'In flight', 'Heard'];
  return h(
    'table',
    { class: 'instances' },
    h('thead', {}, h('tr', {}, ...heads.map((text) => h('th', { scope: 'col' }, text)))),
    h(
      'tbody',
      {},
      ...rows.map((row) =>
        h(
          'tr',
          {},
          h('th', { scope: 'row' }, h('bdi', {}, row.instance)),
          h('td', { 'data-state': row.state }, stateWord(row.state)),
          ...[
            figure(row.calls),
            share(row.answered, row.calls),
            figure(row.refused),
            millis(row.p95Ms),
            row.cap === undefined ? String(row.inFlight) : `${row.inFlight} of ${row.cap}`,
            `${span(row.ageMs)} ago`,
          ].map((text) => h('td', {}, text)),
        ),
      ),
    ),
  );
}
