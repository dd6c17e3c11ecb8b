/** An estimate as text: the three figures that matter, the parts that they are made of, and what was assumed. */
import type { Estimate } from '@keelson/core';
import type { Look } from '../../terminal/look.ts';
import { plural } from '../../terminal/plural.ts';
import { plain, renderTable } from '../../terminal/table.ts';
import { countText, moneyText, timeText, unknown } from './amounts.ts';

const mostParts = 200;
const mostNotes = 40;
const unbounded = 'no bound';

export function renderEstimate(estimate: Estimate, look: Look): string {
  const parts = [...listParts(estimate)];
  return [
    renderWhole(estimate, look),
    `${look.bold('confidence')}  ${estimate.confidence}: ${restsOn(estimate)}\n`,
    ...(parts.length > 1 ? [renderParts(parts, look)] : []),
    renderNotes(parts, look),
  ]
    .filter((text) => text !== '')
    .join('\n');
}

const restsOn = ({ sampleSize }: Estimate): string =>
  sampleSize === 0
    ? 'nothing like it has run here, so it is all assumed'
    : `the part that is known least has run ${plural(sampleSize, 'time')}`;

function renderWhole({ nanoDollars, ms, calls }: Estimate, look: Look): string {
  const columns = ['EXPECTED', 'NINE IN TEN', 'AT WORST'].map((title) => ({ title, isNumber: true }));
  const worst = (value: number | null, text: (value: number) => string): string =>
    value === null ? unbounded : text(value);
  return renderTable(
    [{ title: '' }, ...columns],
    [
      ['money', moneyText(nanoDollars.mean), moneyText(nanoDollars.p90), worst(nanoDollars.max, moneyText)],
      ['time', timeText(ms.mean), timeText(ms.p90), worst(ms.max, timeText)],
      ['calls', countText(calls.mean), '', worst(calls.max, countText)],
    ],
    look,
  );
}

interface Part {
  readonly name: string;
  readonly depth: number;
  readonly estimate: Estimate;
}

function* listParts(estimate: Estimate, name = estimate.block, depth = 0): Generator<Part> {
  yield { name, depth, estimate };
  for (const [node, part] of Object.entries(estimate.components ?? {}))
    yield* listParts(part, node, depth + 1);
}

function renderParts(parts: readonly Part[], look: Look): string {
  const columns = [
    { title: 'PART' },
    { title: 'KIND' },
    { title: 'MONEY', isNumber: true },
    { title: 'AT WORST', isNumber: true },
    { title: 'TIME', isNumber: true },
    { title: 'CALLS', isNumber: true },
    { title: 'KNOWN BY' },
  ];
  const rows = parts.slice(0, mostParts).map(({ name, depth, estimate }) => {
    const { kind, nanoDollars, ms, calls, sampleSize, confidence } = estimate;
    return [
      `${'  '.repeat(depth)}${name}`,
      kind,
      moneyText(nanoDollars.mean),
      nanoDollars.max === null ? unbounded : moneyText(nanoDollars.max),
      timeText(ms.mean),
      countText(calls.mean),
      sampleSize === 0 ? 'assumption' : `${plural(sampleSize, 'attempt')} (${confidence})`,
    ];
  });
  const rest = parts.length - rows.length;
  return `${renderTable(columns, rows, look)}${rest > 0 ? `and ${plural(rest, 'more part')}; --json has all of them\n` : ''}`;
}

/** Each once, with the parts that say it. */
function renderNotes(parts: readonly Part[], look: Look): string {
  const saying = new Map<string, Set<string>>();
  for (const { name, estimate } of parts)
    for (const note of estimate.notes) saying.set(note, (saying.get(note) ?? new Set()).add(name));
  if (saying.size === 0) return '';
  const lines = [...saying].map(
    ([note, names]) => `  ${plain(`${noteText(note)}: ${someOf([...names])}`)}\n`,
  );
  const rest = lines.length - mostNotes;
  const more = rest > 0 ? `  and ${rest} more; --json has all of them\n` : '';
  return `${look.bold('why')}\n${lines.slice(0, mostNotes).join('')}${more}`;
}

/** Some are words of a vocabulary. */
const noteText = (note: string): string => (/^[a-z_]+$/.test(note) ? note.replaceAll('_', ' ') : note);

const mostNames = 5;

function someOf(names: readonly string[]): string {
  const rest = names.length - mostNames;
  return `${names.slice(0, mostNames).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

/** What a budget would say to it. */
export interface Verdict {
  readonly dollars: string;
  readonly mode: 'mean' | 'p90' | 'max' | 'off';
  readonly isLetIn: boolean;
}

const modeText = {
  mean: 'what is expected',
  p90: 'nine in ten',
  max: 'the worst case',
  off: 'nothing',
} as const;

export function renderVerdict(
  { nanoDollars }: Estimate,
  { dollars, mode, isLetIn }: Verdict,
  look: Look,
): string {
  const budget = `A budget of $${dollars}`;
  if (mode === 'off') return `${budget} would let it begin, whatever it is estimated at.\n`;
  const needed = moneyText(nanoDollars[mode]);
  const says = `${modeText[mode]} is ${needed === unknown ? 'not known' : needed}`;
  return isLetIn
    ? `${look.green(`${budget} would let it begin`)}: ${says}.\n`
    : `${look.red(`${budget} would refuse it`)}: ${says}. Nothing would be begun.\n`;
}
