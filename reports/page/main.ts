/** Sets the view that was stitched into this page. It computes no figure: that was done where the view was made. */

import type { ReportView } from '../../src/report/view.ts';
import { areaCharts, areaTable, STUDENTS } from './areas.ts';
import { candidatesChart, candidatesLead, reasonTable } from './candidates.ts';
import { cards } from './cards.ts';
import { drawFigures } from './charts.ts';
import { costChart, costLegend, costNote } from './cost.ts';
import { el, legend, slot } from './dom.ts';
import { exampleList, examplesLead, MARKS } from './examples.ts';
import { reproduction } from './reproduction.ts';
import { allocationChart, lossChart, roundTable, steerChart } from './rounds.ts';
import { facts, judgeTable } from './trust.ts';

function fill(id: string, ...content: readonly (Node | string | null)[]): void {
  slot(id).append(...content.filter((part) => part !== null));
}

function show(view: ReportView): void {
  const { headline, suites } = view;
  document.title = `${suites.join(', ')}: ${headline.title}`;
  fill('eyebrow', `Proofstill report · ${suites.join(', ')}`);
  slot('title').textContent = headline.title;
  fill('sentence', `${headline.sentence}.`);
  const badge = headline.targetsMet ? ['met', '✓ Targets met'] : ['missed', '✗ Targets not met'];
  fill('verdict', el('strong', { class: badge[0] as string }, badge[1] as string), `Asked for: ${headline.target}.`);
  fill('cards', ...cards(view));
  fill('area-legend', legend(STUDENTS));
  fill('area-charts', ...areaCharts(view));
  fill('area-table', areaTable(view));
  fill('cost-legend', costLegend(view));
  fill('cost-chart', costChart(view));
  fill('cost-note', costNote(view));
  fill('steer-chart', steerChart(view));
  if (view.progress.rounds.length > 0) {
    fill('allocation-chart', allocationChart(view));
    fill('loss-chart', lossChart(view));
    fill('round-table', roundTable(view));
  }
  fill('candidates-lead', candidatesLead(view));
  if (view.losses.drawn > 0) fill('candidates-chart', candidatesChart(view));
  fill('reason-table', reasonTable(view));
  fill('facts', ...facts(view));
  fill('judges', judgeTable(view));
  fill('examples-lead', examplesLead(view));
  fill('mark-legend', legend(MARKS));
  fill('example-list', ...exampleList(view));
  fill('reproduction', ...reproduction(view));
  drawFigures();
}

show(JSON.parse(slot('report-data').textContent ?? '') as ReportView);
