/** What the linter cannot say of the tree. */

import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ROOT } from './built.ts';

/** Every file of the project that is committed, or new and not ignored. */
const FILES = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: ROOT })
  .toString()
  .split('\0')
  .filter((path) => statSync(`${ROOT}${path}`, { throwIfNoEntry: false })?.isFile());

const DUMPING_GROUNDS = /^(?:utils?|helpers?|common|misc|types)(?:\.|$)/;
/** A folder of somebody's machine; `/usr/bin/env` and the like are everybody's. */
const MACHINE_PATH = /(?<![\w.~-])(?:\/(?:home|root|Users|work|workspace|mnt|opt|srv|tmp|var)\/\w|[A-Za-z]:\\Users\\)/;
/** A host that packages come from, other than the public one. */
const REGISTRY =
  /https?:\/\/(?!registry\.npmjs\.org)[\w.-]*(?:registry|mirror|proxy|artifactory|nexus|verdaccio)[\w.-]*/i;

describe('the tree', () => {
  it('has no folder or file for whatever has no better place', () => {
    const parts = FILES.filter((path) => path.split('/').some((part) => DUMPING_GROUNDS.test(part)));
    expect(parts).toEqual([]);
  });

  it('has an import rule for every room of src, and no rule for a room that is gone', () => {
    const rules = [...readFileSync(`${ROOT}biome.json`, 'utf8').matchAll(/"src\/([\w-]+)\/\*\*"/g)];
    const rooms = readdirSync(`${ROOT}src`, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(rules.map(([, room]) => room).sort()).toEqual(rooms.map(({ name }) => name).sort());
  });

  it('names no path of one machine and no host of its package registry', () => {
    const found = FILES.flatMap((path) => {
      const content = readFileSync(`${ROOT}${path}`);
      if (content.includes(0)) return [];
      return content
        .toString()
        .split('\n')
        .flatMap((line, index) => {
          const match = MACHINE_PATH.exec(line) ?? REGISTRY.exec(line);
          return match ? [`${path}:${index + 1}: ${match[0]}`] : [];
        });
    });
    expect(found).toEqual([]);
  });

  // Joined here, or this file would be found as well.
  it.each([
    ['a home folder', ['', 'home', 'anna'].join('/')],
    ['a temporary file in quotes', `'${['', 'tmp', 'base'].join('/')}'`],
    ['a Windows home folder', ['C:', 'Users', 'anna'].join('\\')],
  ])('%s is a path of one machine', (_what, line) => expect(line).toMatch(MACHINE_PATH));

  it.each([
    ['a path of every machine', '#!/usr/bin/env bash'],
    ['a page of a web site', 'https://example.org/home/page'],
    ['a relative path', '../var/x'],
  ])('%s is none', (_what, line) => expect(line).not.toMatch(MACHINE_PATH));
});
