/** The keys, and what they do: one table for the keyboard, the buttons and the help. */

import { el, slot } from '../page/dom.ts';

export interface Action {
  readonly name: string;
  /** As `KeyboardEvent.key` has them, in lower case; the first one is on the button. */
  readonly keys: readonly string[];
  readonly label: string;
  /** A class of the button; without one it has none. */
  readonly button?: 'primary' | 'danger' | 'plain';
  readonly run: () => void;
}

const CAPS: Readonly<Record<string, string>> = { arrowright: '→', arrowleft: '←' };
const cap = (key: string): string => CAPS[key] ?? key.toUpperCase();

let areKeysOn = true;

/** Draws the buttons, fills the help, and listens. `isOpen` says whether keys mean anything at the moment. */
export function wire(actions: readonly Action[], isOpen: () => boolean): void {
  slot('buttons').append(...actions.filter(({ button }) => button).map(buttonOf));
  slot('help').append(...helpOf(actions));
  document.addEventListener('keydown', (event) => {
    if (!areKeysOn || !isOpen() || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target instanceof HTMLElement && event.target.matches('input, textarea, dialog, dialog *')) return;
    const action = actions.find(({ keys }) => keys.includes(event.key.toLowerCase()));
    if (action === undefined) return;
    event.preventDefault();
    // A key that is held down decides about one trace only.
    if (!event.repeat) action.run();
  });
}

function buttonOf({ name, keys, label, button, run }: Action): HTMLElement {
  const key = keys[0] as string;
  const made = el(
    'button',
    { type: 'button', id: name, class: button as string, 'aria-keyshortcuts': key },
    label,
    el('kbd', { 'aria-hidden': 'true' }, cap(key)),
  );
  made.addEventListener('click', run);
  return made;
}

function helpOf(actions: readonly Action[]): HTMLElement[] {
  const rows = [
    ...actions.map(({ keys, label }) => [keys.map(cap), label] as const),
    [['Ctrl Enter'], 'Save an edit'] as const,
    [['Esc'], 'Leave an edit, the note, this help'] as const,
  ];
  const box = el('input', { type: 'checkbox', id: 'keys', checked: '' });
  box.addEventListener('change', () => {
    areKeysOn = box.checked;
  });
  const close = el('button', { type: 'button', class: 'plain' }, 'Close');
  close.addEventListener('click', () => (slot('help') as HTMLDialogElement).close());
  return [
    el('h2', { id: 'help-title' }, 'Keys'),
    el(
      'dl',
      { class: 'keys' },
      ...rows.map(([caps, label]) =>
        el('div', {}, el('dt', {}, ...caps.map((text) => el('kbd', {}, text))), el('dd', {}, label)),
      ),
    ),
    el('label', {}, box, ' Single keys decide'),
    close,
  ];
}
