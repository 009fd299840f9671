/** The report as one HTML file: the page that was built once, with a run's view stitched in as inert data. */

import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ProofstillError } from '../core/errors.ts';
import type { ReportView } from './view.ts';

const PLACE = '"place of the data"';

/** @throws record error where the page was not built */
export function htmlReport(view: ReportView): string {
  const page = builtPage();
  return stitch(readFileSync(page, 'utf8'), view, page);
}

/** Puts a view into the place that a page keeps for it. @throws record error at `file` where there is no such place */
export function stitch(page: string, view: ReportView, file: string): string {
  const parts = page.split(PLACE);
  if (parts.length !== 2) {
    throw new ProofstillError('record', `expected one place for data in the page, found ${parts.length - 1}`, {
      place: file,
      hint: 'Run `npm run build`.',
    });
  }
  return `${parts[0]}${inertJson(view)}${parts[1]}`;
}

/** JSON that no HTML or JavaScript parser can take for anything else: no `<`, and no line separators. */
function inertJson(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll('<', '\\u003c')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
}

/** The built page of a run's report. */
const REPORT_PAGE = 'page.html';

/** Where a built page may be: in the package beside this file's tree, in a checkout under `dist`. */
function placesOf(name: string): string[] {
  return [`../../reports/${name}`, `../../dist/reports/${name}`].map((path) =>
    fileURLToPath(new URL(path, import.meta.url)),
  );
}

/** Where a built page is. @throws record error where it was not built */
export function builtPage(name: string = REPORT_PAGE, places: readonly string[] = placesOf(name)): string {
  const page = places.find((place) => existsSync(place));
  if (page !== undefined) return page;
  throw new ProofstillError('record', `the page ${name} has not been built`, {
    place: places.join(' or '),
    hint: 'Run `npm run build`.',
  });
}
