/** `proofstill curate`: a run's candidates as datasets that trainers read. */

import { buildCommand } from '@stricli/core';
import type { Format } from '../../curate/export/formats.ts';
import type { CliContext } from '../context.ts';
import type { CurateFlags } from '../curate-verb.ts';
import { count, jsonFlag, number, optionalText, share, text } from '../flags.ts';

const FORMATS: readonly Format[] = ['messages', 'sharegpt', 'alpaca', 'parquet'];

export const curateCommand = buildCommand<CurateFlags, [], CliContext>({
  docs: {
    brief: 'Make datasets of the candidates of a run, without duplicates and without what the student is judged on',
    fullDescription: [
      'Reads candidates and the decisions of people (reviews.jsonl), and writes what is kept as datasets with a card: counts, mix,',
      'rates, prices, hashes, licences and terms. Left out is what shows a steer or holdout problem of any built-in suite, of the',
      "run's or of --suite; what says nearly the same as another row; what the student's chat template would change; and what is",
      'too long for it. The folder appears when it is whole.',
      '',
      'Examples:  proofstill curate --run runs/r1',
      '           proofstill curate --run runs/r1 --format messages,parquet --out data/r1',
      '           proofstill curate --run runs/r1 --student ~/models/qwen2.5-1.5b --row-length 4096 --suite my/suite.ts',
    ].join('\n'),
  },
  parameters: {
    flags: {
      run: { kind: 'parsed', parse: text, brief: 'Folder of the run', placeholder: 'dir' },
      out: optionalText("Folder of the datasets [datasets/curated in the run's]", 'dir'),
      format: {
        kind: 'parsed',
        parse: formats,
        brief: `${FORMATS.join(', ')}; more than one with commas between`,
        placeholder: 'formats',
        default: FORMATS.join(','),
      },
      student: optionalText(
        "Whose chat template and tokens the rows must fit; none asks no student [the run's]",
        'dir',
      ),
      rowLength: {
        kind: 'parsed',
        parse: count,
        brief: "Tokens of the student that a row may have, prompt and answer together [the run's train.rowLength]",
        placeholder: 'n',
        optional: true,
      },
      suite: {
        kind: 'parsed',
        parse: text,
        brief: 'A further suite, name or path, whose problems are kept out; may be given more than once',
        placeholder: 'suite',
        variadic: true,
        optional: true,
      },
      general: {
        kind: 'parsed',
        parse: shareBelowOne,
        brief: "Share of rows from the student's general.jsonl [the run's mix.general]",
        placeholder: 'share',
        optional: true,
      },
      nearDuplicates: {
        kind: 'parsed',
        parse: similarity,
        brief: "Similarity from which a row repeats another; 1 drops exact repeats only [the run's]",
        placeholder: 'x',
        optional: true,
      },
      json: jsonFlag,
    },
  },
  loader: async () => {
    const { curateVerb } = await import('../curate-verb.ts');
    return curateVerb;
  },
});

function formats(input: string): Format[] {
  return input.split(',').map((name) => {
    const found = FORMATS.find((format) => format === name.trim());
    if (!found) throw new SyntaxError(`expected ${FORMATS.join(', ')}, got "${name}"`);
    return found;
  });
}

function shareBelowOne(input: string): number {
  const value = share(input);
  if (value === 1) throw new SyntaxError('expected a share below 1: no reasoning row would be left');
  return value;
}

function similarity(input: string): number {
  const value = number(input);
  if (!(value > 0 && value <= 1)) throw new SyntaxError(`expected a number above 0 and up to 1, got "${input}"`);
  return value;
}
