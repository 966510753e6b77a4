import type { Mode } from '@breakwater/core';
import type { PolicyRow } from '../src/view/wire.js';
import { h } from './dom.js';

type Action = 'open' | 'close' | 'reset';

const QUESTIONS: Readonly<Record<Action, readonly [title: string, text: string, button: string]>> = {
  open: [
    'Force the circuit open?',
    'Every call of this key is refused until somebody closes it, on all instances that share its store.',
    'Force open',
  ],
  close: [
    'Close the circuit?',
    'Calls go through again at once, also if the server is still down. The breaker goes on to judge what comes.',
    'Close',
  ],
  reset: [
    'Reset the key?',
    'The circuit closes, what it has counted is forgotten, and a cool-down is lifted.',
    'Reset',
  ],
};

const MODE_TEXTS: Readonly<Record<Mode, string>> = {
  enforce: 'The policy retries, refuses and limits.',
  observe: 'The policy counts and says what it would do; calls go as if it were not there.',
  off: 'The policy is not there at all: nothing is counted.',
};

/** Asks before a circuit is changed by hand, and does it. */
export function askForAction(action: Action, policy: string, key: string): void {
  const [title, text, button] = QUESTIONS[action];
  confirm(
    title,
    [h('p', { class: 'dialog-key' }, h('bdi', {}, key)), h('p', {}, text)],
    button,
    action === 'open',
    () => act({ do: action, policy, key }),
  );
}

/** Asks for a policy's new mode, and sets it. */
export function askForMode({ id, mode }: PolicyRow): void {
  const choices = (Object.keys(MODE_TEXTS) as Mode[]).map((name) => {
    const input = h('input', { type: 'radio', name: 'mode', value: name, id: `mode-${name}`, checked: name === mode });
    return { name, input };
  });
  const fields = choices.map(({ name, input }) =>
    h(
      'label',
      { class: 'choice', for: `mode-${name}` },
      input,
      h('span', {}, h('strong', {}, name), ` ${MODE_TEXTS[name]}`),
    ),
  );
  const group = h('fieldset', {}, h('legend', {}, h('bdi', {}, id)), ...fields);
  confirm('Change the mode of this policy?', [group], 'Change the mode', false, () => {
    const chosen = choices.find(({ input }) => input.checked)?.name ?? mode;
    return act({ do: 'mode', policy: id, mode: chosen });
  });
}

/** A dialog that does nothing but what its button says. */
function confirm(
  title: string,
  content: readonly HTMLElement[],
  button: string,
  isDangerous: boolean,
  run: () => Promise<string | undefined>,
): void {
  const problem = h('p', { class: 'problem', role: 'alert' });
  const yes = h('button', { type: 'button', class: isDangerous ? 'danger' : 'primary' }, button);
  const no = h('button', { type: 'button' }, 'Cancel');
  const dialog = h(
    'dialog',
    { 'aria-labelledby': 'dialog-title' },
    h('h2', { id: 'dialog-title' }, title),
    ...content,
    problem,
    h('div', { class: 'buttons' }, no, yes),
  );
  no.addEventListener('click', () => dialog.close());
  yes.addEventListener('click', () => {
    yes.disabled = true;
    void run().then((error) => {
      if (error === undefined) dialog.close();
      else problem.textContent = error;
      yes.disabled = false;
    });
  });
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  // The harmless button first: Enter by mistake changes nothing.
  no.focus();
}

/** Returns the failure in words; undefined if there was none. */
async function act(what: Readonly<Record<string, string>>): Promise<string | undefined> {
  const token = document.querySelector<HTMLMetaElement>('meta[name="breakwater-token"]')?.content ?? '';
  try {
    const answer = await fetch(`action?${new URLSearchParams(what)}`, {
      method: 'POST',
      headers: { 'x-breakwater-token': token },
    });
    if (answer.ok) return undefined;
    return `It was not done: ${await reasonOf(answer)}`;
  } catch {
    return 'It was not done: the process could not be reached.';
  }
}

async function reasonOf(answer: Response): Promise<string> {
  const text = await answer.text();
  try {
    return String((JSON.parse(text) as { error?: unknown }).error);
  } catch {
    return text.trim() || String(answer.status);
  }
}
