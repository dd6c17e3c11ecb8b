/** `keelson registry validate`: everything that is wrong with registry files, where they lie and as they are used. */
import { resolve } from 'node:path';
import { bundledProviders, type RegistryProblem, tellTooOld, validateRegistry } from '@keelson/core';
import { bundledSource, type SourcedFile, systemClock, validateRegistryPath } from '@keelson/engine';
import { asJson } from '../../line/as-json.ts';
import type { Run, Surroundings } from '../../line/command-spec.ts';
import type { Input } from '../../line/input.ts';
import { namedRegistry } from '../../subject/open-registry.ts';
import type { Look } from '../../terminal/look.ts';
import { plain } from '../../terminal/table.ts';

/** One file with what was found in it. */
interface Report {
  readonly path: string;
  readonly provider?: string;
  readonly version?: number;
  readonly updatedAt?: string;
  readonly models?: number;
  readonly contentHash?: string;
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
}

export const run: Run = async (input, surroundings) => {
  const strict = input.isOn('strict');
  const reports = (await readReports(input, surroundings)).map((report) => ({
    ...report,
    problems: [...report.problems, ...ageOf(report, input)],
  }));
  const isGood = reports.every(
    ({ problems, warnings }) => problems.length === 0 && !(strict && warnings.length > 0),
  );
  return {
    data: asJson({ ok: isGood, files: reports }),
    exitCode: isGood ? 0 : 3,
    text: (look) => reports.map((report) => renderReport(report, look)).join(''),
  };
};

async function readReports(input: Input, surroundings: Surroundings): Promise<readonly Report[]> {
  const [word] = input.words;
  const named = word ?? namedRegistry(input, surroundings)?.name;
  if (named === undefined) return readBundled();
  if (/^https?:/i.test(named)) return readUsed(named, surroundings);
  const { pathOf } = await import('../../subject/read-named-registry.ts');
  return readPath(resolve(surroundings.folder, pathOf(named)));
}

/** The bundled files are hashed here, although nothing but this ever doubts them. */
async function readBundled(): Promise<readonly Report[]> {
  const files = await Promise.all(bundledProviders.map((provider) => bundledSource.current(provider)));
  return files.flatMap((file) => (file === undefined ? [] : [reportOn(file, `bundled ${file.provider}`)]));
}

async function readUsed(named: string, surroundings: Surroundings): Promise<readonly Report[]> {
  const { readNamedRegistry } = await import('../../subject/read-named-registry.ts');
  const { files, unreadable } = await readNamedRegistry({ name: named }, surroundings);
  return [
    ...[...files.values()]
      .filter(({ freshness }) => freshness !== 'bundled')
      .map((file) => reportOn(file, file.from)),
    ...unreadable.map(({ provider, says }) => ({
      path: named,
      ...(provider !== '' && { provider }),
      problems: [says],
      warnings: [],
    })),
  ];
}

function reportOn(file: SourcedFile, path: string): Report {
  const { problems, warnings } = validateRegistry(file.json);
  const stale = file.says === undefined ? [] : [file.says];
  return { path, ...factsOf(file), problems: [], warnings: [...stale, ...told(problems), ...told(warnings)] };
}

async function readPath(path: string): Promise<readonly Report[]> {
  const files = await validateRegistryPath(path);
  if (files.length === 0)
    return [{ path, problems: [`There is no registry file at \`${path}\`.`], warnings: [] }];
  return files.map(({ path: at, file, isReadable, problems, warnings }) => ({
    path: at,
    ...(file !== undefined && factsOf(file)),
    problems: isReadable ? [] : told(problems),
    warnings: [...(isReadable ? told(problems) : []), ...told(warnings)],
  }));
}

interface Facts {
  readonly provider: string;
  readonly version: number;
  readonly updatedAt?: string;
  readonly contentHash?: string;
  readonly cards: readonly unknown[];
}

const factsOf = ({ provider, version, updatedAt, contentHash, cards }: Facts) => ({
  provider,
  version,
  ...(updatedAt !== undefined && { updatedAt }),
  models: cards.length,
  ...(contentHash !== undefined && { contentHash }),
});

const told = (problems: readonly RegistryProblem[]): string[] => problems.map(({ says }) => says);

/** Archived versions are as old as they are meant to be. */
function ageOf({ path, provider, updatedAt }: Report, input: Input): string[] {
  const days = input.number('max-age');
  if (days === undefined || provider === undefined || /(^|[\\/])v[\\/]\d+[\\/]/.test(path)) return [];
  const file = { provider, ...(updatedAt !== undefined && { updatedAt }) };
  const says = tellTooOld(file, { maxAgeDays: days, now: systemClock.now() });
  return says === undefined ? [] : [says];
}

/** So many warnings of one file are told; `--json` has all of them. */
const mostWarnings = 10;

function renderReport({ path, models, problems, warnings }: Report, look: Look): string {
  const at = plain(path);
  const lines = problems.map((says) => `${look.red('error')} ${at}: ${plain(says)}`);
  if (problems.length === 0)
    lines.push(`${look.green('ok')} ${at}${models === undefined ? '' : `: ${models} models`}`);
  lines.push(
    ...warnings.slice(0, mostWarnings).map((says) => `${look.yellow('warning')} ${at}: ${plain(says)}`),
  );
  if (warnings.length > mostWarnings)
    lines.push(look.dim(`${at}: ${warnings.length - mostWarnings} more warnings; --json has all of them`));
  return lines.map((line) => `${line}\n`).join('');
}
