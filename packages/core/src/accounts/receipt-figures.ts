/** What a receipt says that a provider should state: for each attempt at one of its models, the figures by their names there. */
import type { CallReceipt, ReceiptAttempt, ReceiptUsage } from '../receipts/index.ts';
import type { FigureName } from './provider-forms.ts';

export interface AttemptFigures {
  readonly provider: string;
  /** The names that the provider may state it under, the likeliest first. */
  readonly models: readonly string[];
  readonly figures: Readonly<Partial<Record<FigureName, number>>>;
}

/** Of the attempts that used something; none where the answer came out of a cache of ours. */
export function figuresOf(receipt: CallReceipt): AttemptFigures[] {
  if (receipt.cache === 'hit') return [];
  const { attempts, provider = '', model = '', served_model: served } = receipt;
  const own = attempts.filter(({ usage }) => usage !== undefined);
  if (own.length === 0) {
    const all = attempts.findLast(({ outcome }) => outcome === 'answered') ?? attempts.at(-1);
    const isOther = all !== undefined && all.provider !== provider && provider === '';
    const names = isOther ? [all.model] : [served, model];
    return [
      { provider: isOther ? all.provider : provider, models: known(names), figures: figuresIn(receipt) },
    ];
  }
  // Attempts that say nothing of their own used nothing, where others do.
  return own.map((attempt) => ({
    provider: attempt.provider,
    models: known([attempt.model === model ? served : undefined, attempt.model]),
    figures: figuresIn(attempt),
  }));
}

const known = (names: readonly (string | undefined)[]): string[] =>
  names.filter((name): name is string => name !== undefined && name !== '');

function figuresIn({
  usage,
  cost,
}: Pick<ReceiptAttempt | CallReceipt, 'usage' | 'cost'>): AttemptFigures['figures'] {
  return {
    requests: 1,
    ...(usage !== undefined && tokensIn(usage)),
    ...(cost?.amount !== undefined && { cost: Math.round(Number(cost.amount) * 1e9) }),
  };
}

function tokensIn({ input, output, tool_units: units }: ReceiptUsage): AttemptFigures['figures'] {
  const {
    total,
    cache_read: read = 0,
    cache_write_1h: hour = 0,
    cache_write: write = hour + (input.cache_write_5m ?? 0),
  } = input;
  return {
    ...(total !== undefined && { input: total }),
    uncached: input.uncached ?? Math.max(0, (total ?? 0) - read - write),
    cache_read: read,
    cache_write: write,
    // What nobody divides is of the usual kind.
    cache_write_5m: input.cache_write_5m ?? write - hour,
    cache_write_1h: hour,
    input_audio: input.audio ?? 0,
    ...(output.total !== undefined && { output: output.total }),
    output_audio: output.audio ?? 0,
    web_search: units?.web_search_requests ?? 0,
  };
}
