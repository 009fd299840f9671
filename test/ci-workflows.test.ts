/** The workflows and the action hold what docs/ci.md promises of them: a stranger's pull request meets no token and no script text. */

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { ROOT } from './built.ts';

const step = z.looseObject({
  uses: z.string().optional(),
  run: z.string().optional(),
  if: z.string().optional(),
  env: z.record(z.string(), z.string()).default({}),
  with: z.record(z.string(), z.unknown()).default({}),
});
const permissions = z.record(z.string(), z.string());
const workflow = z.looseObject({
  on: z.record(z.string(), z.unknown()),
  permissions,
  jobs: z.record(z.string(), z.looseObject({ permissions: permissions.optional(), steps: z.array(step) })),
});
const action = z.looseObject({ runs: z.object({ using: z.literal('composite'), steps: z.array(step) }) });

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const files = readdirSync(join(ROOT, '.github/workflows'));
const workflows = files.map((file) => ({ file, ...workflow.parse(parse(read(`.github/workflows/${file}`))) }));
const gateAction = action.parse(parse(read('.github/actions/gate/action.yml')));
const gate = workflows.find(({ file }) => file === 'model-gate.yml')!;
const comment = workflows.find(({ file }) => file === 'model-gate-comment.yml')!;
const stepsOf = ({ jobs }: (typeof workflows)[number]) => Object.values(jobs).flatMap(({ steps }) => steps);
const allSteps = [...workflows.flatMap(stepsOf), ...gateAction.runs.steps];

const expression = (text: string): string => `\${{ ${text} }}`;

const folder = mkdtempSync(join(tmpdir(), 'proofstill-workflows-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('every workflow', () => {
  it('uses actions by commit, or the one of this tree', () => {
    const used = allSteps.flatMap(({ uses }) => uses ?? []);
    expect(used.length).toBeGreaterThan(5);
    expect(used.filter((name) => !/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/.test(name))).toEqual(['./.github/actions/gate']);
  });

  it('puts no expression into the text of a script', () => {
    expect(allSteps.flatMap(({ run }) => run ?? []).filter((script) => script.includes('${{'))).toEqual([]);
  });

  it('never runs on pull_request_target, and has no secret', () => {
    expect(workflows.flatMap(({ on }) => Object.keys(on))).not.toContain('pull_request_target');
    expect(files.map((file) => read(`.github/workflows/${file}`)).filter((text) => text.includes('secrets.'))).toEqual(
      [],
    );
  });

  it('keeps no credentials in a checkout', () => {
    const checkouts = allSteps.filter(({ uses }) => uses?.startsWith('actions/checkout@'));
    expect(checkouts.map((checkout) => checkout.with['persist-credentials'])).toEqual(checkouts.map(() => false));
  });

  it('may write nothing where a pull request can start it', () => {
    const started = workflows.filter(({ on }) => 'pull_request' in on);
    expect(started.map(({ file }) => file).toSorted()).toEqual(['ci.yml', 'model-gate.yml']);
    for (const { permissions, jobs } of started) {
      expect(permissions).toEqual({ contents: 'read' });
      expect(Object.values(jobs).filter((job) => job.permissions)).toEqual([]);
    }
  });
});

describe('model-gate', () => {
  it('takes harness, policy and baseline from the base, and only the student from the pull request', () => {
    const [base, head] = stepsOf(gate).filter(({ uses }) => uses?.startsWith('actions/checkout@'));
    expect(base?.with).toEqual({
      ref: expression('github.event.pull_request.base.sha || github.sha'),
      'persist-credentials': false,
    });
    expect(head?.with).toMatchObject({ path: 'head', 'sparse-checkout': '/students/nano/\n' });
    const scripts = stepsOf(gate).flatMap(({ run }) => run ?? []);
    expect(scripts).toEqual(['npm ci', 'bash .github/model-gate/take-student.sh head/students/nano students/nano']);
    expect(JSON.stringify(stepsOf(gate).at(-1)?.with)).not.toContain('head');
  });

  it('gives no step a token', () => {
    expect(JSON.stringify([stepsOf(gate), gateAction])).not.toMatch(/github\.token|GITHUB_TOKEN/);
  });
});

describe('model-gate-comment', () => {
  it('follows model-gate and checks out nothing but the default branch', () => {
    expect(comment.on).toEqual({ workflow_run: { workflows: ['model-gate'], types: ['completed'] } });
    expect(parse(read('.github/workflows/model-gate.yml')).name).toBe('model-gate');
    const checkouts = stepsOf(comment).filter(({ uses }) => uses?.startsWith('actions/checkout@'));
    expect(checkouts.map((checkout) => checkout.with)).toEqual([{ 'persist-credentials': false }]);
  });

  it('may write to pull requests and to nothing else', () => {
    expect(comment.permissions).toEqual({});
    expect(Object.values(comment.jobs).map((job) => job.permissions)).toEqual([
      { contents: 'read', actions: 'read', 'pull-requests': 'write' },
    ]);
  });

  it('gives its token to no step that installs', () => {
    const [install] = stepsOf(comment).filter(({ run }) => run?.includes('npm ci'));
    expect(install?.env).toEqual({});
  });

  it('hears the number of the pull request from its own script', () => {
    const danger = stepsOf(comment).find(({ run }) => run?.includes('danger ci'));
    expect(danger?.env['DANGER_MANUAL_PR_NUM']).toBe(expression('steps.pull-request.outputs.number'));
  });
});

describe('take-student.sh', () => {
  const script = join(ROOT, '.github/model-gate/take-student.sh');
  const take = (from: string, to: string) => spawnSync('bash', [script, from, to], { cwd: folder, encoding: 'utf8' });
  const student = (name: string, content: Record<string, string>): string => {
    mkdirSync(join(folder, name), { recursive: true });
    for (const [file, text] of Object.entries(content)) writeFileSync(join(folder, name, file), text);
    return name;
  };

  it('takes a checkpoint whole, leaves nothing of the old one, and nothing that is no part of one', () => {
    const from = student('new', { 'config.json': 'new', 'model.safetensors': 'new', '.npmrc': 'x', 'suite.ts': 'x' });
    const to = student('old', { 'config.json': 'old', 'tokenizer.json': 'old', 'general.jsonl': 'kept' });
    expect(take(from, to).status).toBe(0);
    expect(readdirSync(join(folder, to)).toSorted()).toEqual(['config.json', 'general.jsonl', 'model.safetensors']);
    expect(readFileSync(join(folder, to, 'config.json'), 'utf8')).toBe('new');
  });

  it('refuses links and what is not there, and then changes nothing', () => {
    const to = student('kept', { 'config.json': 'kept' });
    const linked = student('linked', {});
    symlinkSync(join(ROOT, 'package.json'), join(folder, linked, 'config.json'));
    symlinkSync(ROOT, join(folder, 'link'), 'junction');
    for (const from of [linked, 'link', 'absent']) {
      const { status, stdout } = take(from, to);
      expect(status).toBe(1);
      expect(stdout).toMatch(/^::error title=Model gate::expected /);
    }
    expect(readFileSync(join(folder, to, 'config.json'), 'utf8')).toBe('kept');
  });
});

it('every script of .github is one that bash can read', () => {
  const scripts = readdirSync(join(ROOT, '.github'), { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.sh'),
  );
  expect(scripts).toHaveLength(3);
  for (const file of scripts) execFileSync('bash', ['-n', join(ROOT, '.github', file)]);
});
