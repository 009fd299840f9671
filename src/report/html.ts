/** The report as one HTML file: the page that was built once, with a run's view stitched in as inert data. */

import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ProofstillError } from '../core/errors.ts';
import type { ReportView } from './view.ts';

const PLACE = '"place of the data"';

/** @throws record error where the page was not built, or was built by another version */
export function htmlReport(view: ReportView): string {
  const page = builtPage();
  const parts = readFileSync(page, 'utf8').split(PLACE);
  if (parts.length !== 2) {
    throw new ProofstillError('record', `expected one place for data in the page, found ${parts.length - 1}`, {
      place: page,
      hint: 'Run `npm run build`.',
    });
  }
  return `${parts[0]}${inertJson(view)}${parts[1]}`;
}

/** JSON that no HTML or JavaScript parser can take for anything else: no `<`, and no line separators. */
export function inertJson(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll('<', '\\u003c')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
}

/** Where the built page is: beside this file in the package, or in `dist` where this file runs from source. */
function builtPage(): string {
  const places = ['../../reports/page.html', '../../dist/reports/page.html'].map((path) =>
    fileURLToPath(new URL(path, import.meta.url)),
  );
  const page = places.find((place) => existsSync(place));
  if (page === undefined) {
    throw new ProofstillError('record', 'the report page has not been built', {
      place: places[1] as string,
      hint: 'Run `npm run build`.',
    });
  }
  return page;
}
