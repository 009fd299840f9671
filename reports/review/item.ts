/** A queued candidate: its problem on one side, what the teacher wrote on the other. */

import type { Verdict } from '../../src/core/verdict.ts';
import { count } from '../../src/report/format.ts';
import type { AttemptView, ItemView, Part } from '../../src/review/view.ts';
import { el } from '../page/dom.ts';
import { shown } from './shown.ts';

const TITLES: Readonly<Record<Part['kind'], string>> = {
  trace: 'Trace',
  answer: 'Answer',
  rest: 'Outside of the template',
};

const DECIDED = { accept: 'Accepted', reject: 'Rejected', edit: 'Edited and accepted' } as const;
const SIGNS = { pass: '✓', fail: '✗', unscored: '?' } as const;

/** What was asked, and why somebody is to look at the answer. */
export function problemPanel({ prompt, expected, why, failures }: ItemView): HTMLElement[] {
  const found = failures.filter(({ stage }) => stage !== 'person').map(failureText);
  const asked = (text: string): HTMLElement => el('p', { class: 'prompt', dir: 'auto' }, ...shown(text));
  return [
    el('h2', {}, 'Problem'),
    asked(prompt),
    ...(expected === null ? [] : [el('h2', {}, 'Expected'), asked(expected)]),
    el('h2', {}, 'Why it is here'),
    list(why),
    ...(found.length === 0 ? [] : [el('h2', {}, 'What the checks found'), list(found, 'failures')]),
  ];
}

/** Where it comes from, and what else the teacher wrote. */
export function aboutPanel(item: ItemView): HTMLElement[] {
  const { area, id, teacher, verifier, others } = item;
  return [
    el('dl', { class: 'facts' }, ...facts({ area, problem: id, attempt: attemptText(item), teacher, verifier })),
    ...(others.length === 0 ? [] : [otherAttempts(others)]),
  ];
}

/** What was decided, where somebody did, and the text in its parts. */
export function textPanel({ parts, decision }: ItemView): HTMLElement[] {
  const state =
    decision === null
      ? []
      : [
          el(
            'p',
            { class: `decided ${decision.decision}` },
            el('strong', {}, DECIDED[decision.decision]),
            ...(decision.note === null ? [] : [' ', el('bdi', {}, ...shown(decision.note))]),
          ),
        ];
  if (!decision?.parts) return [...state, ...partList(parts)];
  const before = el('details', { class: 'original' }, el('summary', {}, 'As the teacher wrote it'), ...partList(parts));
  return [...state, ...partList(decision.parts), before];
}

/** What the verifier's checks found, failures first. One that says the same of several scores says it once. */
export function checkList({ checks }: Verdict): HTMLElement {
  const gravity = { fail: 0, unscored: 1, pass: 2 };
  const textOf = ({ name, status, reason, detail }: Verdict['checks'][number]): string =>
    JSON.stringify([name, status, reason, detail]);
  const different = [...new Map(checks.map((check) => [textOf(check), check])).values()];
  const items = different
    .toSorted((left, right) => gravity[left.status] - gravity[right.status])
    .map(({ name, status, reason, detail }) =>
      el(
        'li',
        { class: status },
        el('span', { 'aria-hidden': 'true' }, `${SIGNS[status]} `),
        el('span', { class: 'spoken' }, `${status}: `),
        el('b', {}, ...shown(reason === undefined ? name : `${name}: ${reason}`)),
        ...(detail === undefined ? [] : [' ', el('bdi', {}, ...shown(detail))]),
      ),
    );
  return el('ul', { class: 'checks' }, ...items);
}

function partList(parts: readonly Part[]): HTMLElement[] {
  return parts.flatMap(({ kind, text }) => [
    el('h2', {}, TITLES[kind]),
    text.trim() === '' ? el('p', { class: 'empty' }, 'empty') : el('pre', { class: kind, dir: 'auto' }, ...shown(text)),
  ]);
}

function otherAttempts(others: readonly AttemptView[]): HTMLElement {
  const items = others.map((other) =>
    el(
      'details',
      {},
      el('summary', {}, `${attemptText(other)}, `, el('span', { class: other.fate }, other.fate)),
      list(other.failures.map(failureText), 'failures'),
      ...partList(other.parts),
    ),
  );
  const title = `Other attempts at this problem: ${count(others.length)}`;
  return el('details', { class: 'others' }, el('summary', {}, title), ...items);
}

function attemptText({ attempt, tokens, condensedFrom }: AttemptView): string {
  const from = condensedFrom === null ? '' : `, a shorter form of ${condensedFrom}`;
  return `${attempt} (${count(tokens)} tokens${from})`;
}

function failureText({ stage, check, reason }: AttemptView['failures'][number]): string {
  return `${stage === check ? stage : `${stage}, ${check}`}: ${reason}`;
}

function list(texts: readonly string[], kind = ''): HTMLElement {
  return el('ul', { class: `list ${kind}` }, ...texts.map((text) => el('li', {}, ...shown(text))));
}

function facts(entries: Readonly<Record<string, string>>): HTMLElement[] {
  return Object.entries(entries).map(([name, value]) =>
    el('div', {}, el('dt', {}, name), el('dd', { dir: 'auto' }, ...shown(value))),
  );
}
