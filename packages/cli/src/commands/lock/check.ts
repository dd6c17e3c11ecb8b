/** `keelson lock check`: whether what was locked still holds, with a page for pull requests. */
import { type CheckResult, checkLockfile, type Finding } from '@keelson/core';
import { systemClock } from '@keelson/engine';
import { asJson } from '../../line/as-json.ts';
import type { Run } from '../../line/command-spec.ts';
import { openLockfile } from '../../subject/open-lockfile.ts';
import { readRegistry } from '../../subject/open-registry.ts';
import { readUsage } from '../../subject/read-usage.ts';
import { isCostStrict, isFreeProvider } from '../../subject/strict-cost.ts';
import type { Look } from '../../terminal/look.ts';
import { escapeMarkdown, renderMarkdownTable } from '../../terminal/markdown-table.ts';
import { plain } from '../../terminal/table.ts';

export const run: Run = async (input, surroundings) => {
  const open = await openLockfile(input, surroundings);
  const { registry, unreadable, files, remarks } = await readRegistry(input, surroundings);
  const usage = await readUsage(input, surroundings);
  const profiles = input.list('profile');
  const maxRisePercent = input.number('max-rise');
  const days = input.number('max-registry-age');
  const updatedAt = new Map([...files].map(([provider, file]) => [provider, file.updatedAt] as const));
  const result = checkLockfile(open.lockfile, {
    packages: open.packages,
    unreadable,
    ...(registry !== undefined && { registry }),
    ...(profiles !== undefined && { profiles }),
    ...(maxRisePercent !== undefined && { maxRisePercent }),
    ...(usage !== undefined && { usage }),
    ...(isCostStrict(input, surroundings) && { strictCost: { isFree: isFreeProvider } }),
    ...(days !== undefined && { maxRegistryAge: { days, now: systemClock.now(), updatedAt } }),
  });
  const isStrict = input.isOn('strict');
  const ok = result.ok && !(isStrict && result.findings.some(({ severity }) => severity === 'warning'));
  const notes = [...remarks, ...(registry === undefined ? unreadable.map(({ says }) => says) : [])];
  return {
    data: asJson({ path: open.path, ...result, ok, remarks: notes }),
    exitCode: ok ? 0 : 1,
    text: (look) =>
      input.text('format') === 'markdown' ? renderMarkdown(result, ok) : renderText(result, ok, look),
    notes,
  };
};

const order = ['error', 'warning', 'note'] as const;

const sorted = (findings: readonly Finding[]): Finding[] =>
  findings.toSorted((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));

function renderText(result: CheckResult, ok: boolean, look: Look): string {
  const paint = { error: look.red, warning: look.yellow, note: look.dim };
  const lines = sorted(result.findings).map(({ severity, code, says, hint }) => {
    const advice = hint === undefined ? '' : ` ${look.dim(plain(hint))}`;
    return `${paint[severity](severity)} ${code}: ${plain(says)}${advice}\n`;
  });
  const end = ok ? look.green('ok') : look.red('failed');
  return `${lines.join('')}${end}: ${summary(result)}\n`;
}

function summary({ pinsChecked, profiles, findings }: CheckResult): string {
  const counts = order.map((severity) => {
    const count = findings.filter((finding) => finding.severity === severity).length;
    return `${count} ${severity}${count === 1 ? '' : 's'}`;
  });
  return `${pinsChecked} pin${pinsChecked === 1 ? '' : 's'} of ${profiles.join(', ') || 'no profile'} checked, ${counts.join(', ')}.`;
}

function renderMarkdown(result: CheckResult, ok: boolean): string {
  const { findings, digest } = result;
  const rows = sorted(findings).map(({ severity, code, alias, says, hint, monthDollars }) => [
    severity,
    `\`${code}\``,
    alias === undefined ? '' : `\`${alias}\``,
    hint === undefined ? says : `${says} ${hint}`,
    monthDollars === undefined ? '' : `$${monthDollars}`,
  ]);
  const table =
    rows.length === 0
      ? ''
      : `\n${renderMarkdownTable(['Severity', 'Code', 'Alias', 'Finding', 'A month'], rows)}`;
  const heading = ok ? 'The lockfile holds' : 'The lockfile does not hold any more';
  return `### ${heading}\n\n${escapeMarkdown(summary(result))}\n${table}\nDigest \`${digest}\`\n`;
}
