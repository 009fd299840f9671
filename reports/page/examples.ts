/** Outputs before and after, side by side, with what the checks found marked in place. */

import { SCORES, type Status } from '../../src/core/verdict.ts';
import type { Example, Transcript } from '../../src/report/examples.ts';
import { count } from '../../src/report/format.ts';
import type { ReportView } from '../../src/report/view.ts';
import { el, type LegendEntry } from './dom.ts';

export const MARKS: readonly LegendEntry[] = [
  { label: 'an equality that holds', swatch: 'mark holds' },
  { label: 'one that does not', swatch: 'mark fails' },
];

const TURNS: Readonly<Record<Example['turn'], string>> = {
  fixed: 'newly right',
  broken: 'newly wrong',
  right: 'right before and after',
  wrong: 'still wrong',
};

const SIGNS: Readonly<Record<Status, string>> = { pass: '✓', fail: '✗', unscored: '?' };

export function examplesLead({ examples: { shown, turns } }: ReportView): string {
  return `${shown.length} samples of the holdout: the first, one of each area, then what got worse and what is still wrong. Of all answers, newly right: ${count(turns.fixed)}; right before and after: ${count(turns.right)}; newly wrong: ${count(turns.broken)}; still wrong: ${count(turns.wrong)}.`;
}

export function exampleList({ examples: { shown } }: ReportView): HTMLElement[] {
  return shown.map((example, index) => {
    const panes = [
      pane('Before', 'before', example.before),
      pane('After', 'after', example.after),
      example.teacher ? pane('Teacher', 'teacher', example.teacher) : null,
    ];
    const head = el(
      'summary',
      {},
      el('bdi', { class: 'prompt' }, example.prompt),
      el('span', { class: 'place' }, `${example.sample} · ${example.area}`),
      el('span', { class: `turn ${example.turn}` }, TURNS[example.turn]),
    );
    const expected =
      example.expected === null ? null : el('p', { class: 'detail' }, 'Expected: ', el('bdi', {}, example.expected));
    return el(
      'details',
      { class: 'example', ...(index === 0 ? { open: '' } : {}) },
      head,
      expected,
      el('div', { class: 'panes' }, ...panes),
    );
  });
}

function pane(title: string, who: string, transcript: Transcript): HTMLElement {
  const { pieces, scores, findings, tokens, isTruncated } = transcript;
  const chips = SCORES.map((score) => {
    const status = scores[score];
    return status === null ? null : el('li', { class: status }, `${score} ${SIGNS[status]}`, spoken(status));
  });
  const text = pieces.map(({ text, kind }) =>
    kind === 'plain' ? text : el('span', { class: text === '<answer>' ? 'tag opening' : kind }, text),
  );
  const found = findings.map(({ check, reason, detail }) =>
    el('li', {}, el('b', {}, `${check}${reason ? `: ${reason}` : ''}`), detail ? el('bdi', {}, ` ${detail}`) : null),
  );
  return el(
    'section',
    { class: `pane ${who}` },
    el('h3', {}, title, el('span', { class: 'detail' }, `${count(tokens)} tokens${isTruncated ? ', cut off' : ''}`)),
    el('ul', { class: 'chips' }, ...chips),
    el('pre', { tabindex: '0', 'aria-label': `${title}: what was written` }, ...text),
    found.length > 0 ? el('ul', { class: 'findings' }, ...found) : null,
  );
}

/** The sign's meaning for a screen reader. */
function spoken(status: Status): HTMLElement {
  return el('span', { class: 'spoken' }, ` ${status}`);
}
