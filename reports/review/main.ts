/** One queued trace after the other, and what a person decides about it. */

import { count } from '../../src/report/format.ts';
import type { Counts, ItemReply, Order, Outcome, UndoReply } from '../../src/review/messages.ts';
import type { ItemView } from '../../src/review/view.ts';
import { el, slot } from '../page/dom.ts';
import { read, send } from './ask.ts';
import { type Editor, editorOf } from './editor.ts';
import { aboutPanel, problemPanel, textPanel } from './item.ts';
import { wire } from './keys.ts';

const SAID = { accept: 'Accepted', reject: 'Rejected', edit: 'Edited, verified and accepted' } as const;

/** What is shown; nothing once all are decided, so that one keystroke too many decides nothing. */
let item: ItemView | undefined;
/** Its place in the queue, or the one after the last. */
let place = 0;
let counts: Counts = { queued: 0, accepted: 0, rejected: 0, edited: 0, left: 0 };
let editor: Editor | undefined;
/** Something is on its way: until the next trace is shown, a keystroke would be about the one before. */
let isBusy = false;
let isEnded = false;

const note = slot('note') as HTMLInputElement;
const help = slot('help') as HTMLDialogElement;

function say(text: string, isFault = false): void {
  const status = slot('status');
  status.textContent = text;
  status.classList.toggle('fault', isFault);
}

/** Shows the item at place `n`, or where the review is to begin, and says something of it. */
async function show(n?: number, said = ''): Promise<void> {
  const answer = await read<ItemReply>(n === undefined ? 'item' : `item?n=${n}`);
  if (answer.value === null) return say(answer.error, true);
  tally(answer.value.counts);
  if (n === undefined && counts.left === 0) return showEnd('');
  item = answer.value.item;
  place = item.n;
  draw();
  say(said);
}

/** Where all are decided, and after the last of them. */
function showEnd(said: string): void {
  item = undefined;
  place = counts.queued;
  draw();
  say(said);
}

function tally(now: Counts): void {
  counts = now;
  const bar = slot('bar') as HTMLProgressElement;
  bar.max = counts.queued;
  bar.value = counts.queued - counts.left;
  slot('counts').textContent = `${count(counts.queued - counts.left)} of ${count(counts.queued)} decided`;
}

function draw(): void {
  editor = undefined;
  const title = slot('title');
  title.textContent = item ? `Trace ${count(item.n + 1)} of ${count(counts.queued)}` : 'All traces are decided';
  document.title = `${title.textContent} · Proofstill review`;
  note.value = item?.decision?.note ?? '';
  slot('problem').replaceChildren(...(item ? problemPanel(item) : endPanel()));
  slot('text').replaceChildren(...(item ? textPanel(item) : []));
  slot('about').replaceChildren(...(item ? aboutPanel(item) : []));
  showButtons();
  scrollTo({ top: 0 });
  // Whoever tabs through the buttons stays there; everybody else hears and sees the new trace from its top.
  if (!slot('buttons').contains(document.activeElement)) title.focus({ preventScroll: true });
}

function endPanel(): HTMLElement[] {
  const { accepted, rejected, edited, left } = counts;
  return [
    el(
      'p',
      {},
      `${count(accepted)} accepted, ${count(rejected)} rejected, ${count(edited)} edited, ${count(left)} left.`,
    ),
    el('p', { class: 'hint' }, isEnded ? 'You can close this window.' : 'Finish ends the review. Previous goes back.'),
  ];
}

async function alone(work: () => Promise<void>): Promise<void> {
  if (isBusy) return;
  isBusy = true;
  await work();
  isBusy = false;
}

async function decide(decision: 'accept' | 'reject'): Promise<void> {
  if (item === undefined) return;
  const { n, hash } = item;
  const answer = await send<Outcome>('decide', { ...noted(), decision, n, hash } satisfies Order);
  if (answer.value === null) return say(`Not saved. ${answer.error}`, true);
  await after(answer.value, SAID[decision]);
}

/** Goes on to the next trace that nobody decided. */
async function after(outcome: Outcome, said: string): Promise<void> {
  if (outcome.kind !== 'decided') return;
  tally(outcome.counts);
  if (outcome.next !== null) return show(outcome.next, `${said}. ${count(counts.left)} left.`);
  showEnd(`${said}. None left.`);
}

function noted(): { note?: string } {
  const text = note.value.trim();
  return text === '' ? {} : { note: text };
}

function edit(): void {
  if (item === undefined || isBusy) return;
  const { n, hash, text, decision } = item;
  editor = editorOf({
    text: decision?.text ?? text,
    async save(edited) {
      const order: Order = { ...noted(), decision: 'edit', n, hash, text: edited };
      const answer = await send<Outcome>('decide', order);
      if (answer.value === null) return `Not saved. ${answer.error}`;
      if (answer.value.kind === 'refused') return answer.value.verdict;
      const checks = answer.value.kind === 'decided' ? (answer.value.verdict?.checks ?? []) : [];
      const passed = checks.map(({ name }) => name).join(', ');
      await after(answer.value, passed === '' ? SAID.edit : `${SAID.edit} (${passed})`);
      return null;
    },
    cancel: draw,
  });
  slot('text').replaceChildren(...editor.elements);
  showButtons();
  say('');
  editor.focus();
}

/** Those of the editor while there is one. */
function showButtons(): void {
  slot('buttons').hidden = editor !== undefined;
  slot('edit-buttons').hidden = editor === undefined;
  slot('edit-buttons').replaceChildren(...(editor?.buttons ?? []));
  for (const name of ['accept', 'reject', 'edit']) (slot(name) as HTMLButtonElement).disabled = item === undefined;
}

async function undo(): Promise<void> {
  const answer = await send<UndoReply>('undo');
  if (answer.value === null) return say(`Not undone. ${answer.error}`, true);
  if (answer.value.n === null) return say('There is no decision to undo.');
  await show(answer.value.n, 'Undone.');
}

async function move(by: 1 | -1): Promise<void> {
  const n = place + by;
  if (n >= 0 && n < counts.queued) await show(n);
  else if (n === counts.queued && counts.left === 0) showEnd('');
  else say(by > 0 ? 'This is the last one.' : 'This is the first one.');
}

async function end(): Promise<void> {
  const answer = await send<Counts>('done');
  if (answer.value === null) return say(answer.error, true);
  isEnded = true;
  tally(answer.value);
  item = undefined;
  draw();
  slot('title').textContent = 'The review has ended';
  document.querySelector('footer')?.remove();
  slot('title').focus();
}

wire(
  [
    { name: 'accept', keys: ['a'], label: 'Accept', button: 'primary', run: () => void alone(() => decide('accept')) },
    { name: 'reject', keys: ['r'], label: 'Reject', button: 'danger', run: () => void alone(() => decide('reject')) },
    { name: 'edit', keys: ['e'], label: 'Edit', button: 'plain', run: edit },
    { name: 'undo', keys: ['u'], label: 'Undo', button: 'plain', run: () => void alone(undo) },
    {
      name: 'previous',
      keys: ['k', 'arrowleft'],
      label: 'Previous',
      button: 'plain',
      run: () => void alone(() => move(-1)),
    },
    { name: 'next', keys: ['j', 'arrowright'], label: 'Next', button: 'plain', run: () => void alone(() => move(1)) },
    { name: 'write-note', keys: ['n'], label: 'Write a note', run: () => note.focus() },
    { name: 'show-help', keys: ['?'], label: 'Keys', button: 'plain', run: () => help.showModal() },
    { name: 'done', keys: ['q'], label: 'Finish', button: 'plain', run: () => void alone(end) },
  ],
  () => editor === undefined && !isEnded,
);

note.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape' && event.key !== 'Enter') return;
  event.preventDefault();
  slot('title').focus({ preventScroll: true });
});
addEventListener('beforeunload', (event) => {
  if (editor?.isChanged()) event.preventDefault();
});
void alone(() => show());
