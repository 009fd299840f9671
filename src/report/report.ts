/** A report's view in the form that is wanted. */

import { htmlReport } from './html.ts';
import { terminalReport } from './terminal.ts';
import type { ReportView } from './view.ts';

/** `html`: one self-contained file. `terminal`: tables of at most 100 columns, coloured where standard output is a terminal. */
export type ReportForm = 'html' | 'terminal';

/** @throws record error where the HTML page has not been built */
export function report(view: ReportView, form: ReportForm): string {
  return form === 'html' ? htmlReport(view) : terminalReport(view);
}
