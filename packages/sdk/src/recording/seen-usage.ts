/** The counts in answers and events of OpenAI's and Anthropic's shapes. Whatever has another shape counts nothing. */

export interface SeenUsage {
  id?: string;
  model?: string;
  inputTokens?: number;
  outputTokens?: number;
  cachedInputTokens?: number;
}

type Fields = Readonly<Record<string, unknown>>;

const fields = (value: unknown): Fields =>
  typeof value === 'object' && value !== null ? (value as Fields) : {};

function count(...values: readonly unknown[]): number | undefined {
  return values.find((value): value is number => typeof value === 'number');
}

/** Adds what an answer, or one event of a stream, tells. */
export type SeeUsage = (value: unknown, seen: SeenUsage) => void;

/** Chat completions, responses (whose events hold the response), embeddings. */
export const seeOpenAi: SeeUsage = (value, seen) => {
  const event = fields(value);
  const answer = 'response' in event ? fields(event.response) : event;
  name(answer, seen);
  const usage = fields(answer.usage);
  note(seen, {
    inputTokens: count(usage.prompt_tokens, usage.input_tokens),
    outputTokens: count(usage.completion_tokens, usage.output_tokens),
    cachedInputTokens: count(
      fields(usage.prompt_tokens_details).cached_tokens,
      fields(usage.input_tokens_details).cached_tokens,
    ),
  });
};

/** Messages, whose first event holds the message and whose last ones the counts. The cache is counted beside the input there. */
export const seeAnthropic: SeeUsage = (value, seen) => {
  const event = fields(value);
  const answer = 'message' in event ? fields(event.message) : event;
  name(answer, seen);
  const usage = fields(answer.usage);
  const read = count(usage.cache_read_input_tokens);
  const uncached = count(usage.input_tokens);
  const written = count(usage.cache_creation_input_tokens) ?? 0;
  note(seen, {
    inputTokens: uncached === undefined ? undefined : uncached + written + (read ?? 0),
    outputTokens: count(usage.output_tokens),
    cachedInputTokens: read,
  });
};

function name({ id, model }: Fields, seen: SeenUsage): void {
  if (typeof id === 'string') seen.id = id;
  if (typeof model === 'string') seen.model = model;
}

type Counts = 'inputTokens' | 'outputTokens' | 'cachedInputTokens';

function note(seen: SeenUsage, counts: Readonly<Record<Counts, number | undefined>>): void {
  for (const key of Object.keys(counts) as Counts[]) {
    const value = counts[key];
    if (value !== undefined) seen[key] = value;
  }
}
