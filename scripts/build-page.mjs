/**
 * Bundles `reports/page` into one HTML file with its style and script inlined, and the place for a report's data left
 * open. Run by itself it writes only the page, which is quick: `node scripts/build-page.mjs`.
 */

import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const source = join(root, 'reports/page');

/** Writes the built page to `path`, making its folder. @throws where an URL found its way into the page */
export function writePage(path) {
  const script = bundle('main.ts', { format: 'iife', banner: { js: licences() } });
  const style = bundle('page.css', {});
  const page = readFileSync(join(source, 'page.html'), 'utf8')
    .replace('place of the policy', () => contentPolicy(script, style))
    .replace('/* place of the style */', () => style)
    .replace('/* place of the script */', () => script);
  const address = /https?:\/\/\S{0,60}/.exec(page);
  if (address) throw new Error(`the report page must name no address, found ${address[0]}`);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, page);
}

function bundle(entry, options) {
  const { outputFiles } = buildSync({
    entryPoints: [join(source, entry)],
    bundle: true,
    write: false,
    minify: true,
    charset: 'utf8',
    legalComments: 'none',
    target: ['es2022', 'chrome105', 'firefox121', 'safari16'],
    ...options,
  });
  return outputFiles[0].text.trim();
}

/** Only this script and this style may take effect, and nothing may be loaded: what a model wrote stays text. */
function contentPolicy(script, style) {
  const hash = (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  return `default-src 'none'; script-src ${hash(script)}; style-src ${hash(style)}; img-src data:`;
}

/** The notices that the bundled packages ask to be kept with every copy. */
function licences() {
  const notice = (name) => `${name}\n${readFileSync(join(root, 'node_modules', name, 'LICENSE.md'), 'utf8').trim()}`;
  return `/*\n${['chart.js', '@kurkle/color'].map(notice).join('\n\n')}\n*/`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writePage(join(root, 'dist/reports/page.html'));
