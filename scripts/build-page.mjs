/**
 * Bundles the pages of `reports/`, each into one HTML file with its style and script inlined. Run by itself it writes only
 * the pages, which is quick: `node scripts/build-page.mjs`.
 */

import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

/** By name of the built page: its folder in `reports/`, and the packages whose licences go with its script. */
const PAGES = {
  'page.html': { folder: 'page', packages: ['chart.js', '@kurkle/color'] },
  'review.html': { folder: 'review', packages: [] },
};

/** Writes the built pages into `folder`, making it. @throws where an URL found its way into a page */
export function writePages(folder) {
  mkdirSync(folder, { recursive: true });
  for (const [name, page] of Object.entries(PAGES)) writeFileSync(join(folder, name), built(name, page));
}

function built(name, { folder, packages }) {
  const source = join(root, 'reports', folder);
  const banner = packages.length > 0 ? { banner: { js: licences(packages) } } : {};
  const script = bundle(join(source, 'main.ts'), { format: 'iife', ...banner });
  const style = bundle(join(source, 'page.css'), {});
  const page = readFileSync(join(source, 'page.html'), 'utf8')
    .replace('place of the policy', () => contentPolicy(script, style))
    .replace('/* place of the style */', () => style)
    .replace('/* place of the script */', () => script);
  const address = /https?:\/\/\S{0,60}/.exec(page);
  if (address) throw new Error(`${name} must name no address, found ${address[0]}`);
  return page;
}

function bundle(entry, options) {
  const { outputFiles } = buildSync({
    entryPoints: [entry],
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
function licences(packages) {
  const notice = (name) => `${name}\n${readFileSync(join(root, 'node_modules', name, 'LICENSE.md'), 'utf8').trim()}`;
  return `/*\n${packages.map(notice).join('\n\n')}\n*/`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writePages(join(root, 'dist/reports'));
