/** The dataset's card: README.md with the header that the Hugging Face Hub reads. All names in it are untrusted. */

import { REJECTION_STAGES } from '../../core/records.ts';
import { FORMATS, fileOf } from './formats.ts';
import type { AreaTally, DatasetRecord } from './record.ts';
import type { Terms } from './terms.ts';

export function datasetCard(record: DatasetRecord): string {
  const { rows, files } = record;
  return [
    header(record),
    '# Verified reasoning traces',
    `${count(rows.total)} rows: ${count(rows.total - rows.general)} with a verified trace, ${count(rows.general)} general ones.`,
    `Made by Proofstill ${record.proofstill} from what ${code(record.teacher)} wrote${record.student === null ? '' : `, for ${code(record.student)}`}. Seed ${record.seed}.`,
    '## Where the rows come from',
    origin(record),
    '## Rates by stage, area and teacher',
    rates(record),
    '## Price',
    price(record),
    '## What is kept out',
    keptOut(record),
    '## Licences and terms',
    'No legal advice. What is not known is named as such.',
    table(
      ['of', 'licence', 'what is known', 'source'],
      Object.entries(record.terms).map(([of, terms]) => [of, ...termCells(terms)]),
    ),
    '## Files',
    table(
      ['file', 'bytes', 'SHA-256'],
      files.map(({ name, bytes, sha256 }) => [name, count(bytes), sha256]),
    ),
    '',
  ].join('\n\n');
}

/** YAML, every string as JSON, which it includes. */
function header({ rows, files, terms }: DatasetRecord): string {
  const { data, teacher } = terms;
  const licence = data.licence !== undefined && teacher.licence === data.licence ? data.licence : 'unknown';
  const shown = FORMATS.toReversed()
    .map(fileOf)
    .find((name) => files.some((file) => file.name === name));
  const size = [1e3, 1e4, 1e5, 1e6].findIndex((limit) => rows.total < limit);
  return [
    '---',
    `license: ${licence}`,
    'task_categories:\n- text-generation',
    `tags:\n- reasoning\n- distillation\n- proofstill`,
    `size_categories:\n- ${['n<1K', '1K<n<10K', '10K<n<100K', '100K<n<1M'][size] ?? '1M<n<10M'}`,
    `configs:\n- config_name: default\n  data_files:\n  - split: train\n    path: ${JSON.stringify(shown ?? 'rows.jsonl')}`,
    '---',
  ].join('\n');
}

function origin({ candidates, rows }: DatasetRecord): string {
  const { dropped } = rows;
  return table(
    ['step', 'count'],
    [
      ['candidates drawn', count(candidates.drawn)],
      ['rejected', count(candidates.rejected)],
      ['passed, but others of the problem were chosen', count(candidates.spare)],
      ['waiting for a person', count(candidates.waiting)],
      ['decided by a person', count(candidates.reviewed)],
      ['kept', count(candidates.kept)],
      ...Object.entries(dropped).map(([reason, dropCount]) => [`dropped: ${reason}`, count(dropCount)]),
      ['general rows added', count(rows.general)],
      ['rows', count(rows.total)],
    ],
  );
}

function rates({ candidates, rows }: DatasetRecord): string {
  const stages = REJECTION_STAGES.filter((stage) => tallies(candidates.areas).some(({ rejected }) => rejected[stage]));
  const lines = Object.entries(candidates.areas).flatMap(([area, teachers]) =>
    Object.entries(teachers).map(([teacher, { drawn, kept, rejected }]) => [
      code(area),
      code(teacher),
      count(drawn),
      share(kept, drawn),
      ...stages.map((stage) => share(rejected[stage] ?? 0, drawn)),
      count(rows.areas[area] ?? 0),
    ]),
  );
  const titles = stages.map((stage) => `rejected: ${stage}`);
  return table(['area', 'teacher', 'drawn', 'kept', ...titles, 'rows of the area'], lines);
}

function tallies(areas: DatasetRecord['candidates']['areas']): AreaTally[] {
  return Object.values(areas).flatMap((teachers) => Object.values(teachers));
}

function price({ candidates, rows }: DatasetRecord): string {
  const { usd, tokens } = candidates;
  const all = usd.known + usd.unknown;
  const used = `Tokens of all candidates: ${count(tokens.in)} in, ${count(tokens.out)} out.`;
  if (all === 0) return `Nothing was paid: no candidate came from an endpoint. ${used}`;
  const reasoning = rows.total - rows.general;
  const each =
    usd.unknown === 0 && reasoning > 0 ? `, $${(usd.sum / reasoning).toFixed(6)} for each reasoning row` : '';
  const unknown = usd.unknown > 0 ? `; the price of ${count(usd.unknown)} others is unknown` : '';
  return `$${usd.sum.toFixed(4)} for ${count(usd.known)} candidates${each}${unknown}. ${used}`;
}

function keptOut({ forbidden, settings }: DatasetRecord): string {
  const { nearDuplicates, rowLength, general, long, longAbove } = settings;
  const lines = [
    `${count(forbidden.problems)} steer, holdout and stretch problems of ${forbidden.suites.map(code).join(', ')}: by key, by runs of 8 words or CJK characters, and verbatim where they are short.`,
    nearDuplicates < 1
      ? `Rows that share ${nearDuplicates} or more of their 5-grams with another of the same numbers.`
      : 'Exact duplicates only; near ones were not looked for.',
    rowLength === null
      ? 'No student was asked whether it can read the rows.'
      : `Rows of more than ${count(rowLength)} tokens of the student, and those that its chat template changes.`,
    `Mix: ${share(general, 1)} general rows at most${long < 1 ? `, ${share(long, 1)} of the others from ${count(longAbove)} tokens on` : ''}.`,
  ];
  return lines.map((line) => `- ${line}`).join('\n');
}

function termCells({ licence, says, source }: Terms): string[] {
  return [licence === undefined ? 'unknown' : code(licence), plain(says), source === undefined ? '' : `<${source}>`];
}

const count = (value: number): string => value.toLocaleString('en-US');
const share = (part: number, whole: number): string => (whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)}%`);

/** What markdown, YAML and HTML leave alone: a code span, which nothing inside of it can end. */
const code = (text: string): string => `\`${plain(text)}\``;

function plain(text: string): string {
  const cut = text.length > 200 ? `${text.slice(0, 199)}…` : text;
  return cut.replaceAll(/[\p{C}\p{Zl}\p{Zp}`|<>[\]]/gu, '�');
}

function table(head: readonly string[], lines: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
