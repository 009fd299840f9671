/** Elements made by hand. Text is only ever a text node, so nothing that a model wrote can become markup. */

type Child = Node | string | null;

/** Makes an element; `null` children are left out. */
export function el<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children.filter((child) => child !== null));
  return element;
}

/** The page's own element with this id. */
export function slot(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (!element) throw new Error(`the page has no element #${id}`);
  return element;
}

export interface TableContent {
  readonly caption: string;
  readonly head: readonly string[];
  /** The first cell of a row names it. */
  readonly rows: readonly (readonly Child[])[];
  /** Columns that hold words, hence set to the left: by index. */
  readonly words?: readonly number[];
  /** Whether the last row sums up the others. */
  readonly hasTotal?: boolean;
}

/** A table below its caption. */
export function table(content: TableContent): HTMLElement {
  return el('div', { class: 'table' }, el('p', { class: 'caption' }, content.caption), scrolling(content));
}

/** The numbers behind a chart, folded away until somebody wants them. */
export function folded(content: TableContent): HTMLElement {
  return el('details', { class: 'numbers' }, el('summary', {}, `The numbers: ${content.caption}`), scrolling(content));
}

/** The bare table, in a frame that scrolls by itself where the table is wider than the page. */
function scrolling({ caption, head, rows, words = [], hasTotal = false }: TableContent): HTMLElement {
  const side = (column: number) => (column === 0 || words.includes(column) ? 'word' : 'number');
  const titles = head.map((title, column) => el('th', { scope: 'col', class: side(column) }, title));
  const body = rows.map((row, index) =>
    el(
      'tr',
      hasTotal && index === rows.length - 1 ? { class: 'total' } : {},
      ...row.map((cell, column) =>
        column === 0 ? el('th', { scope: 'row', class: 'word' }, cell) : el('td', { class: side(column) }, cell),
      ),
    ),
  );
  return el(
    'div',
    { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': caption },
    el('table', { 'aria-label': caption }, el('thead', {}, el('tr', {}, ...titles)), el('tbody', {}, ...body)),
  );
}

export interface LegendEntry {
  readonly label: string;
  /** A class of the style sheet that draws the swatch. */
  readonly swatch: string;
}

export function legend(entries: readonly LegendEntry[]): HTMLElement {
  const items = entries.map(({ label, swatch }) =>
    el('li', {}, el('span', { class: `swatch ${swatch}`, 'aria-hidden': 'true' }), label),
  );
  return el('ul', { class: 'legend' }, ...items);
}
