/** What a draft would change, as text for the person who decides. */
import type { DraftReview, FieldChange, Json, ModelReview } from '@keelson/core';
import type { Look } from '../terminal/look.ts';
import { plain } from '../terminal/table.ts';

export function renderReview({ provider, baseVersion, models, missing }: DraftReview, look: Look): string {
  if (models.length === 0) return `The draft of \`${provider}\` changes nothing.\n`;
  const lines = models.flatMap((model) => renderModel(model, look));
  const gone =
    missing.length === 0
      ? []
      : [
          look.dim(
            `${missing.length} models of the file are not in the draft, and stay as they are: ${missing.slice(0, 5).map(plain).join(', ')}${missing.length > 5 ? ' …' : ''}`,
          ),
        ];
  const head = `\`${provider}\`, version ${baseVersion} to ${baseVersion + 1}: ${models.length} model${models.length === 1 ? '' : 's'}`;
  return `${[head, ...lines, ...gone].join('\n')}\n`;
}

function renderModel({ model, kind, fields, prices }: ModelReview, look: Look): string[] {
  const rises = new Map(prices.map(({ field, risePercent }) => [field, risePercent]));
  const isRetired = fields.some(({ field, after }) => field === 'is_active' && after === false);
  return [
    `${markOf(kind, isRetired, look)} ${plain(model)}`,
    ...fields.map((field) => `    ${renderField(field, rises.get(field.field), look)}`),
  ];
}

/** A draft removes nothing: what is retired stays, and is not served any more. */
function markOf(kind: ModelReview['kind'], isRetired: boolean, look: Look): string {
  if (kind === 'added') return look.green('+ new');
  return isRetired ? look.red('- retired') : look.yellow('~ changed');
}

function renderField({ field, before, after }: FieldChange, rise: number | undefined, look: Look): string {
  const value = before === undefined ? show(after) : `${show(before)} → ${show(after)}`;
  return `${plain(field)}: ${value}${renderRise(rise, look)}`;
}

function renderRise(rise: number | undefined, look: Look): string {
  if (rise === undefined || rise === 0) return '';
  if (!Number.isFinite(rise)) return look.red(' (it was free)');
  const told = ` (${rise > 0 ? '+' : ''}${Math.round(rise * 10) / 10} %)`;
  return rise > 0 ? look.red(told) : look.green(told);
}

const longest = 200;

function show(value: Json): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return plain(text.length > longest ? `${text.slice(0, longest)}…` : text);
}
