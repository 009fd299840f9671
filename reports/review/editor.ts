/** The text of a candidate under a person's hand. It counts once the suite's verifier has passed it. */

import type { Verdict } from '../../src/core/verdict.ts';
import { el } from '../page/dom.ts';
import { checkList } from './item.ts';

export interface EditorOptions {
  readonly text: string;
  /** @returns what the verifier had against it, a sentence where it could not be saved, `null` where it was saved */
  readonly save: (text: string) => Promise<Verdict | string | null>;
  readonly cancel: () => void;
}

export interface Editor {
  readonly elements: readonly HTMLElement[];
  readonly buttons: readonly HTMLElement[];
  focus(): void;
  isChanged(): boolean;
}

export function editorOf({ text, save, cancel }: EditorOptions): Editor {
  const area = el('textarea', { id: 'edit-text', spellcheck: 'false', dir: 'auto', 'aria-describedby': 'edit-hint' });
  area.value = text;
  const findings = el('div', { class: 'findings', role: 'alert', tabindex: '0' });
  const saveButton = el('button', { type: 'button', class: 'primary' }, 'Verify and save', el('kbd', {}, 'Ctrl Enter'));
  const cancelButton = el('button', { type: 'button', class: 'plain' }, 'Cancel', el('kbd', {}, 'Esc'));
  let isSaving = false;
  const trySave = async (): Promise<void> => {
    if (isSaving) return;
    isSaving = true;
    saveButton.disabled = true;
    findings.replaceChildren();
    const refused = await save(area.value);
    isSaving = false;
    saveButton.disabled = false;
    if (refused === null) return;
    if (typeof refused === 'string') findings.replaceChildren(el('p', {}, refused));
    else findings.replaceChildren(el('p', {}, 'Not saved: the verifier does not pass it.'), checkList(refused));
    area.focus({ preventScroll: true });
    findings.scrollIntoView({ block: 'nearest' });
  };
  saveButton.addEventListener('click', () => void trySave());
  cancelButton.addEventListener('click', cancel);
  area.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') cancel();
    else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void trySave();
    else return;
    event.preventDefault();
  });
  return {
    elements: [
      el('h2', {}, el('label', { for: 'edit-text' }, 'The whole text, tags included')),
      el('p', { id: 'edit-hint', class: 'hint' }, 'It is verified when you save it, and accepted only if it passes.'),
      findings,
      area,
    ],
    buttons: [saveButton, cancelButton],
    focus() {
      area.focus();
      area.setSelectionRange(0, 0);
      area.scrollTop = 0;
    },
    isChanged: () => area.value !== text,
  };
}
