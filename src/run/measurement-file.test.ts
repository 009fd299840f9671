import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseJsonLines } from '../core/json-lines.ts';
import { type Measurement, measurementSchema } from '../core/records.ts';
import { readMeasurements, writeMeasurement } from './measurement-file.ts';

const FIXTURE = 'test/fixtures/report/synthetic-measurements.jsonl';
const [fp32, int8] = parseJsonLines(readFileSync(FIXTURE, 'utf8'), measurementSchema, FIXTURE) as [
  Measurement,
  Measurement,
];

const temporary = (): string => mkdtempSync(join(tmpdir(), 'proofstill-measurements-'));

describe('measurements in a folder', () => {
  it('are one file for each checkpoint, precision and suite, in a folder that need not be there', () => {
    const directory = join(temporary(), 'runs', 'candidate');
    writeMeasurement(directory, fp32);
    writeMeasurement(directory, int8);
    writeMeasurement(directory, fp32);
    expect(readdirSync(join(directory, 'measurements'))).toEqual([
      'round-0-fp32-quadratics.json',
      'round-0-int8-quadratics.json',
    ]);
    expect(readMeasurements(directory)).toEqual([fp32, int8]);
  });

  it('are named by the last part of the path, whatever it ends with', () => {
    const directory = temporary();
    const file = writeMeasurement(directory, { ...fp32, checkpoint: 'students/nano/' });
    expect(file).toBe(join(directory, 'measurements', 'nano-fp32-quadratics.json'));
  });

  it('are none where nothing was measured', () => expect(readMeasurements(temporary())).toEqual([]));

  it('that are corrupt are named', () => {
    const directory = temporary();
    const file = writeMeasurement(directory, fp32);
    writeFileSync(file, '{"schema":1');
    expect(() => readMeasurements(directory)).toThrow(expect.objectContaining({ code: 'record', place: file }));
  });
});
