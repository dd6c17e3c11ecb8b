/**
 * Compares receipts with a provider's own statement, day by day, model by model, and bucket by bucket: what is different, and what only
 * one of the two knows of. Receipts are added one by one, so that there may be any number.
 */
import { KeelsonError } from '../errors/index.ts';
import type { Receipt } from '../receipts/index.ts';
import { formatDollars } from '../registry/index.ts';
import type { ProviderExport, ProviderFigures } from './parse-provider-export.ts';
import { type FigureName, figureNames, type UsageVendor } from './provider-forms.ts';
import { type AttemptFigures, figuresOf } from './receipt-figures.ts';

export interface ReconciliationWish {
  readonly exports: readonly ProviderExport[];
  /** What the provider is called in receipts; as the vendor is when left out. */
  readonly providers?: readonly string[];
  /** Workspaces of ours by the keys, workspaces or projects of the provider; with it, each workspace is compared by itself. */
  readonly workspaces?: ReadonlyMap<string, string>;
  /** Only rows of these keys, workspaces or projects. */
  readonly only?: readonly string[];
  /** What a figure may differ by; the greater of the two counts. */
  readonly toleranceTokens?: number;
  readonly tolerancePercent?: number;
  /** A cent when left out: providers round. */
  readonly toleranceNanoDollars?: number;
}

export interface ReconciliationDifference {
  readonly kind: 'differs' | 'missing_in_receipts' | 'missing_at_provider';
  readonly day: string;
  /** Left out where the statement is not by model. */
  readonly model?: string;
  readonly workspace?: string;
  readonly figure: string;
  /** Tokens or requests; of `cost`, dollars as decimal text. */
  readonly provider: number | string;
  readonly receipts: number | string;
  /** Receipts less the provider's statement. */
  readonly difference: number | string;
}

export interface Reconciliation {
  readonly isReconciled: boolean;
  readonly vendor: UsageVendor;
  readonly days: readonly string[];
  /** Receipts that were counted. */
  readonly receipts: number;
  /** Those of these days whose tokens nobody counted, such as of calls that a crash cut off. */
  readonly uncounted: number;
  /** Figures that were compared. */
  readonly compared: number;
  readonly differences: readonly ReconciliationDifference[];
  readonly totals: readonly {
    readonly figure: string;
    readonly provider: number | string;
    readonly receipts: number | string;
  }[];
  /** The export says itself that some of its pages are missing. */
  readonly isCut: boolean;
}

type Figures = Partial<Record<FigureName, number>>;

interface Group {
  readonly kind: 'usage' | 'cost';
  readonly day: string;
  readonly model?: string;
  readonly workspace?: string;
  provider?: Figures;
  receipts?: Figures;
}

const cent = 10_000_000;

export class Reconciler {
  readonly #wish: ReconciliationWish;
  readonly #vendor: UsageVendor;
  readonly #days: ReadonlySet<string>;
  readonly #providers: ReadonlySet<string>;
  readonly #models: ReadonlySet<string>;
  readonly #kinds: ReadonlySet<'usage' | 'cost'>;
  readonly #endpoints: ReadonlySet<string>;
  readonly #isByModel: boolean;
  readonly #stated: Readonly<Record<'usage' | 'cost', readonly FigureName[]>>;
  readonly #groups = new Map<string, Group>();
  #receipts = 0;
  #uncounted = 0;

  constructor(wish: ReconciliationWish) {
    const { exports } = wish;
    const [first] = exports;
    if (first === undefined || exports.some(({ vendor }) => vendor !== first.vendor)) {
      throw new KeelsonError('invalid_request', 'The statements must be of one provider.', {
        hint: 'Compare those of OpenAI and those of Anthropic one after the other.',
      });
    }
    this.#wish = wish;
    this.#vendor = first.vendor;
    this.#providers = new Set(wish.providers ?? [first.vendor]);
    this.#days = new Set(exports.flatMap(({ days }) => days));
    const rows = exports.flatMap(({ rows: some, kind }) => some.map((row) => ({ row, kind })));
    const used = rows.filter(({ row }) => this.#isMeant(row));
    this.#models = new Set(used.flatMap(({ row }) => row.model ?? []));
    this.#kinds = new Set(exports.map(({ kind }) => kind));
    this.#endpoints = new Set(exports.flatMap(({ endpoint }) => endpoint ?? []));
    this.#isByModel =
      rows.length === 0 || rows.some(({ row, kind }) => kind === 'usage' && row.model !== undefined);
    const usage = rows.filter(({ kind }) => kind === 'usage').map(({ row }) => row);
    this.#stated = { usage: statedIn(usage, this.#vendor), cost: ['cost'] };
    for (const { row, kind } of used) {
      const group = this.#groupOf(kind, row.day, row.model, this.#workspaceOf(row));
      group.provider = sum(group.provider, row.figures);
    }
  }

  add(receipt: Receipt): void {
    if (receipt.kind !== 'call') return;
    const day = receipt.timestamp.slice(0, 10);
    if (!this.#days.has(day) || !this.#isOfOurs(receipt.workspace)) return;
    const ours = figuresOf(receipt).filter(({ provider }) => this.#providers.has(provider));
    if (ours.length === 0) return;
    this.#receipts += 1;
    const { input, output } = receipt.usage;
    if (input.total === undefined && output.total === undefined) this.#uncounted += 1;
    const workspace = this.#wish.workspaces === undefined ? undefined : receipt.workspace;
    for (const attempt of ours) this.#addAttempt(attempt, { day, workspace, endpoint: receipt.endpoint });
  }

  #addAttempt(
    { models, figures }: AttemptFigures,
    { day, workspace, endpoint }: { day: string; workspace: string | undefined; endpoint: string },
  ): void {
    if (this.#kinds.has('usage') && (this.#endpoints.size === 0 || this.#endpoints.has(endpoint))) {
      const model = models.find((name) => this.#models.has(name)) ?? models[0];
      const group = this.#groupOf('usage', day, model, workspace);
      group.receipts = sum(group.receipts, figures);
    }
    if (!this.#kinds.has('cost')) return;
    const group = this.#groupOf('cost', day, undefined, workspace);
    group.receipts = sum(group.receipts, { cost: figures.cost ?? 0 });
  }

  finish(): Reconciliation {
    const groups = [...this.#groups.values()].sort(byPlace);
    const differences = groups.flatMap((group) => this.#compare(group));
    return {
      isReconciled: differences.length === 0,
      vendor: this.#vendor,
      days: [...this.#days].sort(),
      receipts: this.#receipts,
      uncounted: this.#uncounted,
      compared: groups.reduce((count, { kind }) => count + this.#stated[kind].length, 0),
      differences,
      totals: this.#totals(groups),
      isCut: this.#wish.exports.some(({ isCut }) => isCut),
    };
  }

  #compare({ kind, day, model, workspace, provider, receipts }: Group): ReconciliationDifference[] {
    return this.#stated[kind].flatMap((figure): ReconciliationDifference[] => {
      const [theirs, ours] = [provider?.[figure] ?? 0, receipts?.[figure] ?? 0];
      if (Math.abs(ours - theirs) <= this.#tolerance(figure, theirs)) return [];
      const missing = provider === undefined ? 'missing_at_provider' : 'missing_in_receipts';
      return [
        {
          kind: provider !== undefined && receipts !== undefined ? 'differs' : missing,
          day,
          ...(model !== undefined && { model }),
          ...(workspace !== undefined && { workspace }),
          figure,
          provider: show(figure, theirs),
          receipts: show(figure, ours),
          difference: show(figure, ours - theirs),
        },
      ];
    });
  }

  #tolerance(figure: FigureName, stated: number): number {
    const { toleranceTokens = 0, tolerancePercent = 0, toleranceNanoDollars = cent } = this.#wish;
    const least = figure === 'cost' ? toleranceNanoDollars : toleranceTokens;
    return Math.max(least, (Math.abs(stated) * tolerancePercent) / 100);
  }

  #totals(groups: readonly Group[]): Reconciliation['totals'] {
    return [...this.#kinds].flatMap((kind) =>
      this.#stated[kind].map((figure) => {
        const of = (side: 'provider' | 'receipts'): number =>
          groups.reduce(
            (total, group) => total + (group.kind === kind ? (group[side]?.[figure] ?? 0) : 0),
            0,
          );
        return { figure, provider: show(figure, of('provider')), receipts: show(figure, of('receipts')) };
      }),
    );
  }

  /** Costs are compared by day: of what a line of an invoice is about, providers have words of their own. */
  #groupOf(
    kind: Group['kind'],
    day: string,
    model: string | undefined,
    workspace: string | undefined,
  ): Group {
    const named = kind === 'usage' && this.#isByModel ? (model ?? 'none') : undefined;
    const place = JSON.stringify([kind, day, named, workspace]);
    const known = this.#groups.get(place);
    if (known !== undefined) return known;
    const group: Group = {
      kind,
      day,
      ...(named !== undefined && { model: named }),
      ...(workspace !== undefined && { workspace }),
    };
    this.#groups.set(place, group);
    return group;
  }

  #isMeant({ apiKey, workspace }: ProviderFigures): boolean {
    const { only } = this.#wish;
    return only === undefined || only.some((name) => name === apiKey || name === workspace);
  }

  #isOfOurs(workspace: string): boolean {
    const { only, workspaces } = this.#wish;
    if (only === undefined || workspaces === undefined) return true;
    return only.some((name) => workspaces.get(name) === workspace);
  }

  #workspaceOf({ apiKey = '', workspace = '' }: ProviderFigures): string | undefined {
    const { workspaces } = this.#wish;
    if (workspaces === undefined) return undefined;
    return workspaces.get(apiKey) ?? workspaces.get(workspace) ?? `(${apiKey || workspace || 'unnamed'})`;
  }
}

function byPlace(one: Group, other: Group): number {
  const text = ({ day, kind, model = '', workspace = '' }: Group): string =>
    `${day} ${kind} ${model} ${workspace}`;
  return text(one) < text(other) ? -1 : 1;
}

/** Figures that some row states; where nothing was used at all, those that this provider states. */
function statedIn(rows: readonly ProviderFigures[], vendor: UsageVendor): readonly FigureName[] {
  const stated = new Set(rows.flatMap(({ figures }) => Object.keys(figures)));
  if (stated.size > 0) return figureNames.filter((name) => stated.has(name));
  return vendor === 'openai' ? ['input', 'output'] : ['uncached', 'cache_read', 'output'];
}

function sum(one: Figures | undefined, other: Readonly<Figures>): Figures {
  const total: Figures = { ...one };
  for (const name of figureNames) {
    const more = other[name];
    if (more !== undefined) total[name] = (total[name] ?? 0) + more;
  }
  return total;
}

const show = (figure: FigureName, value: number): number | string =>
  figure === 'cost' ? formatDollars(value) : value;
