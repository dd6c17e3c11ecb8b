/** Compares one pin with what the registry says of its model now. */
import { jsonEqual } from '../json/index.ts';
import {
  comparePrices,
  findCard,
  formatDollars,
  type ModelCard,
  type PriceChange,
  priceFieldsOf,
  type Registry,
  tellPriceChange,
} from '../registry/index.ts';
import type { Finding, FindingList } from './finding.ts';
import type { Pin } from './lockfile.ts';
import { readReference } from './model-reference.ts';
import { costOfMonth, type MonthUsage } from './month-cost.ts';
import { hashCard, pricesOfPin } from './pin.ts';

export interface PinQuestion {
  readonly reference: string;
  readonly pin: Pin;
  /** Whose pin it is. */
  readonly about: { readonly profile: string; readonly alias: string };
  readonly maxRisePercent: number;
  readonly month?: MonthUsage;
}

/** The card that the pin is about, where there still is one. */
export function checkPin(
  question: PinQuestion,
  registry: Registry,
  findings: FindingList,
): ModelCard | undefined {
  const { reference, pin, about } = question;
  const card = findCard(registry, pin.card ?? reference);
  const add = (finding: Omit<Finding, 'profile' | 'alias' | 'reference'>): void =>
    findings.add({ ...about, reference, ...finding });
  if (pin.isUnlisted === true) {
    if (card !== undefined)
      add({
        code: 'now_listed',
        severity: 'note',
        says: `The registry knows \`${reference}\` now, and did not when it was locked.`,
        hint: 'Run `keelson lock bump` to lock its prices and abilities.',
      });
    return card;
  }
  if (card === undefined) {
    const says = `\`${reference}\` of \`${about.alias}\` is in the registry no longer.`;
    add({ code: 'model_unknown', severity: 'error', says, hint: 'Bind the alias to another model.' });
    return undefined;
  }
  const before = findings.all.length;
  checkLife(question, card, registry, add);
  checkPrices(question, card, add);
  checkAbilities(question, card, add);
  if (findings.all.length === before && pin.contentHash !== undefined && pin.contentHash !== hashCard(card))
    add({
      code: 'card_changed',
      severity: 'note',
      says: `The registry says other things of \`${reference}\` than when it was locked, but nothing that costs or hinders.`,
    });
  return card;
}

type Add = (finding: Omit<Finding, 'profile' | 'alias' | 'reference'>) => void;

/** A dated edition may be gone while the model itself is still there. */
function checkLife(
  { reference, pin, about }: PinQuestion,
  card: ModelCard,
  registry: Registry,
  add: Add,
): void {
  const provider = readReference(reference)?.provider ?? '';
  const dated = pin.model === undefined ? undefined : registry.cards.get(`${provider}:${pin.model}`);
  const cards = dated === undefined ? [card] : [card, dated];
  const retired = cards.find(({ lifeCycle }) => !lifeCycle.isActive);
  const leaving = cards.find(({ lifeCycle }) => lifeCycle.isDeprecated);
  const gone = retired ?? leaving;
  if (gone === undefined) return;
  const since = gone.lifeCycle.deprecatedDate;
  const next = findSuccessor(card, registry);
  add({
    code: retired === undefined ? 'model_deprecated' : 'model_retired',
    severity: retired === undefined ? 'warning' : 'error',
    says: `\`${gone.key}\` of \`${about.alias}\` is ${retired === undefined ? 'deprecated' : 'retired'}${since === undefined ? '' : ` since ${since}`}.`,
    hint:
      next === undefined
        ? 'Bind the alias to another model.'
        : `The newest of its family is \`${next.key}\`.`,
  });
}

function findSuccessor(card: ModelCard, registry: Registry): ModelCard | undefined {
  if (card.family === undefined) return undefined;
  const others = [...registry.cards.values()].filter(
    ({ key, provider, family, endpoint, lifeCycle }) =>
      key !== card.key &&
      provider === card.provider &&
      family === card.family &&
      endpoint === card.endpoint &&
      lifeCycle.isActive &&
      !lifeCycle.isDeprecated,
  );
  const released = ({ lifeCycle }: ModelCard): string => lifeCycle.releaseDate ?? '';
  return others.toSorted((a, b) => (released(a) > released(b) ? -1 : 1))[0];
}

function checkPrices(question: PinQuestion, card: ModelCard, add: Add): void {
  const { pin, reference } = question;
  const now = priceFieldsOf(card);
  const locked = pin.prices ?? {};
  if (jsonEqual(locked, now)) return;
  const month = monthDifference(question, card);
  for (const change of comparePrices(locked, now)) {
    const { before, after, risePercent } = change;
    const verdict = judge(change, question.maxRisePercent);
    add({
      ...verdict,
      says: `The price of \`${reference}\` changed: ${tellPriceChange(change)}${tellRise(risePercent, question.maxRisePercent)}.${tellMonth(month)}`,
      field: change.field,
      ...(before !== undefined && { before }),
      ...(after !== undefined && { after }),
      ...(risePercent !== undefined && { risePercent }),
      ...(month !== undefined && { monthDollars: month }),
    });
  }
}

function judge(
  { before, after, risePercent = 0 }: PriceChange,
  most: number,
): Pick<Finding, 'code' | 'severity' | 'hint'> {
  const hint = 'If you accept it, run `keelson lock bump`.';
  if (after === undefined) return { code: 'price_unknown', severity: 'error', hint };
  if (before === undefined) return { code: 'price_new', severity: 'warning', hint };
  if (risePercent > most) return { code: 'price_rise', severity: 'error', hint };
  return risePercent > 0
    ? { code: 'price_rise', severity: 'warning', hint }
    : { code: 'price_fall', severity: 'note', hint: 'Run `keelson lock bump` to count with it.' };
}

function tellRise(risePercent: number | undefined, most: number): string {
  if (risePercent === undefined || risePercent <= 0) return '';
  if (risePercent === Infinity) return ' (it was free)';
  const told = Math.round(risePercent * 10) / 10;
  return risePercent > most ? ` (+${told} %, ${most} % are allowed)` : ` (+${told} %)`;
}

const tellMonth = (dollars: string | undefined): string => {
  if (dollars === undefined || dollars === '0') return '';
  const isLess = dollars.startsWith('-');
  return ` That is $${isLess ? dollars.slice(1) : dollars} ${isLess ? 'less' : 'more'} a month.`;
};

/** All prices of the model together; undefined where either side has no price. */
function monthDifference({ reference, pin, month }: PinQuestion, card: ModelCard): string | undefined {
  if (month === undefined) return undefined;
  const before = costOfMonth(month, pricesOfPin(reference, pin)?.prices);
  const after = costOfMonth(month, card.prices);
  if (before.status !== 'priced' || after.status !== 'priced') return undefined;
  return formatDollars(after.nanoDollars - before.nanoDollars);
}

function checkAbilities({ reference, pin, about }: PinQuestion, card: ModelCard, add: Add): void {
  for (const ability of pin.abilities ?? []) {
    if (card.abilities[ability] === true) continue;
    const now = card.abilities[ability] === false ? 'can no longer do' : 'is no longer known to do';
    add({
      code: 'capability_lost',
      severity: 'error',
      field: ability,
      says: `\`${reference}\` of \`${about.alias}\` ${now} \`${ability}\`.`,
      hint: 'Bind the alias to a model that can, or run `keelson lock bump` if nobody needs it.',
    });
  }
  const limits = [
    ['context_window', pin.contextWindow, card.limits.contextWindow],
    ['max_output', pin.maxOutput, card.limits.maxOutput],
  ] as const;
  for (const [field, before, after] of limits) {
    if (before === undefined || (after !== undefined && after >= before)) continue;
    add({
      code: 'limit_shrunk',
      severity: 'error',
      field,
      before,
      ...(after !== undefined && { after }),
      says: `The ${field.replace('_', ' ')} of \`${reference}\` was ${before} tokens and is ${after ?? 'unknown'} now.`,
      hint: 'If that is enough, run `keelson lock bump`.',
    });
  }
}
