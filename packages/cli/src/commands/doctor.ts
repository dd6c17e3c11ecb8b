/** `keelson doctor`: everything that can be found out about an installation without spending or changing anything. */
import { checkLockfile, KeelsonError } from '@keelson/core';
import { checkDatabase, checkProviders, type ProviderCheck } from '@keelson/engine';
import { asJson } from '../line/as-json.ts';
import type { Run, Surroundings } from '../line/command-spec.ts';
import { hasConfiguration } from '../line/has-configuration.ts';
import type { Input } from '../line/input.ts';
import { readEnvironment } from '../subject/configuration.ts';
import { findLocalDatabase } from '../subject/local-database.ts';
import { findOpenLockfile } from '../subject/open-lockfile.ts';
import { readRegistry } from '../subject/open-registry.ts';
import { readProviders, readSetUp } from '../subject/set-up-providers.ts';
import type { Look } from '../terminal/look.ts';
import { plain } from '../terminal/table.ts';

interface Finding {
  readonly about: string;
  readonly state: 'ok' | 'note' | 'wrong';
  readonly says: string;
  readonly hint?: string;
}

export const run: Run = async (input, asked) => {
  const { surroundings, findings: ofSettings } = await checkSettings(asked);
  // Where the database is stands in a file that cannot be read.
  const isBroken = ofSettings.some(({ state }) => state === 'wrong');
  const findings = [
    checkVersions(surroundings),
    ...ofSettings,
    await checkLock(input, surroundings),
    ...(await checkKeys(input, surroundings)),
    ...(isBroken ? [] : [await checkStorage(asked)]),
  ];
  const isWell = findings.every(({ state }) => state !== 'wrong');
  return {
    data: asJson({ ok: isWell, checks: findings }),
    exitCode: isWell ? 0 : 1,
    text: (look) => findings.map((finding) => renderFinding(finding, look)).join(''),
  };
};

function renderFinding({ about, state, says, hint }: Finding, look: Look): string {
  const paint = { ok: look.green, note: look.yellow, wrong: look.red }[state];
  const advice = hint === undefined ? '' : ` ${look.dim(plain(hint))}`;
  return `${paint(state.padEnd(5))} ${about}: ${plain(says)}${advice}\n`;
}

const oldestNode = [22, 18] as const;

function checkVersions({ version }: Surroundings): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const says = `keelson ${version} on Node ${process.versions.node}`;
  const isOld = major < oldestNode[0] || (major === oldestNode[0] && minor < oldestNode[1]);
  if (!isOld) return { about: 'versions', state: 'ok', says };
  return { about: 'versions', state: 'wrong', says, hint: `Use Node ${oldestNode.join('.')} or newer.` };
}

interface Checked {
  /** With what files of settings say. */
  readonly surroundings: Surroundings;
  readonly findings: readonly Finding[];
}

/** Where a file has an error, the rest is judged by variables alone. */
async function checkSettings(surroundings: Surroundings): Promise<Checked> {
  if (!hasConfiguration(surroundings.folder, surroundings.environment)) return { surroundings, findings: [] };
  const about = 'settings';
  try {
    const environment = await readEnvironment(surroundings);
    const findings: Finding[] = [{ about, state: 'ok', says: 'files of settings are right' }];
    return { surroundings: { ...surroundings, environment }, findings };
  } catch (error) {
    if (!(error instanceof Error && error.name === 'SettingError')) throw error;
    const hint = '`keelson config edit` opens the file.';
    return { surroundings, findings: [{ about, state: 'wrong', says: error.message, hint }] };
  }
}

async function checkLock(input: Input, surroundings: Surroundings): Promise<Finding> {
  const about = 'lockfile';
  try {
    const open = await findOpenLockfile(input, surroundings);
    if (open === undefined)
      return { about, state: 'note', says: 'there is none', hint: '`keelson lock init` makes one.' };
    const { registry, unreadable } = await readRegistry(input, surroundings);
    const { findings } = checkLockfile(open.lockfile, {
      unreadable,
      ...(registry && { registry }),
      packages: open.packages,
    });
    const errors = findings.filter(({ severity }) => severity === 'error');
    if (errors.length === 0) return { about, state: 'ok', says: `${open.path} holds` };
    const says = `${open.path} does not hold: ${errors[0]?.says ?? ''}`;
    return { about, state: 'wrong', says, hint: '`keelson lock check` tells all of it.' };
  } catch (error) {
    return wrong(about, error);
  }
}

async function checkKeys(input: Input, { environment, stopping }: Surroundings): Promise<readonly Finding[]> {
  const setUp = readSetUp(environment);
  const findings: Finding[] = readProviders(environment).problems.map(({ provider, message, hint }) => ({
    about: provider,
    state: 'wrong',
    says: message,
    hint,
  }));
  if (setUp.length === 0 && findings.length === 0)
    return [
      {
        about: 'providers',
        state: 'note',
        says: 'none is set up',
        hint: '`keelson providers` lists the variables of each.',
      },
    ];
  if (input.isOn('offline'))
    return [
      ...findings,
      ...setUp.map(({ name }): Finding => ({ about: name, state: 'ok', says: 'is set up, not asked' })),
    ];
  const totalMs = 1000 * (input.number('timeout') ?? 10);
  const checks = checkProviders(
    setUp.map(({ config }) => config),
    (name, check) => findings.push(judge(name, check)),
    { atOnce: 8, totalMs },
  );
  stopping.addEventListener('abort', checks.stop, { once: true });
  await checks.over;
  return findings.toSorted((a, b) => (a.about < b.about ? -1 : 1));
}

function judge(about: string, { problem, isKeyChecked, models }: ProviderCheck): Finding {
  if (problem !== undefined)
    return {
      about,
      state: problem.kind === 'busy' ? 'note' : 'wrong',
      says: problem.message,
      hint: problem.hint,
    };
  const listed = models === undefined ? '' : `, lists ${models.length} models`;
  return {
    about,
    state: 'ok',
    says: isKeyChecked
      ? `knows its key${listed}`
      : `answers${listed}; its key cannot be checked without a call`,
  };
}

async function checkStorage(surroundings: Surroundings): Promise<Finding> {
  const about = 'database';
  try {
    const { target, name } = await findLocalDatabase(surroundings);
    const answer = await checkDatabase(target);
    if (answer === 'answers') return { about, state: 'ok', says: `${name} answers` };
    return { about, state: 'note', says: `${name} is made at the first start` };
  } catch (error) {
    if (error instanceof Error && error.name === 'SettingError')
      return { about: 'settings', state: 'wrong', says: error.message };
    return wrong(about, error);
  }
}

function wrong(about: string, error: unknown): Finding {
  if (!KeelsonError.is(error)) throw error;
  return { about, state: 'wrong', says: error.message, hint: error.hint };
}
