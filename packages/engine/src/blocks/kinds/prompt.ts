/**
 * A block that asks a model, by its alias. It owns what belongs to that: the schema of the answer, mending it, and asking again with
 * what was wrong. Transport, its retries, receipts and the installation's budgets belong to the function that it calls.
 */
import {
  type Block,
  BlockError,
  type BlockLimits,
  defineBlock,
  failureOf,
  type Hold,
  jsonSchemaOf,
  type ModelAnswer,
  modelTime,
  type PlanQuestion,
  type Policy,
  type Prior,
  refuse,
  type Schema,
  type Scope,
} from '@keelson/core';
import { byteLength, expectedCost, expectedTokens, worstOfCall } from './model-bounds.ts';
import { type ReadAnswer, readAnswer } from './read-answer.ts';

export interface PromptSettings {
  /** An alias of the installation, such as `fast`. */
  readonly model: string;
  readonly system?: string;
  /** 1,024 when left out. */
  readonly maxOutputTokens?: number;
  /** 0 when left out. */
  readonly temperature?: number;
  /** How often the model is asked again after an answer that does not fit; 2 when left out. */
  readonly outputRetries?: number;
  /** The longest prompt that is sent, for the worst case; without it, the model's own limit bounds it. */
  readonly maxInputBytes?: number;
  readonly version?: string;
  readonly recovery?: readonly Policy[];
  readonly limits?: BlockLimits;
}

interface Typed<Output> {
  readonly output: Schema<Output>;
}

interface Templated<Payload> {
  /** Pure: makes the text of the payload. */
  readonly template: (payload: Payload) => string;
}

interface AnyPrompt extends PromptSettings, Partial<Typed<unknown>> {
  readonly template?: (payload: never) => string;
}

/** Error types that the prompt and the engine below it deal with; a caller must not retry them again. */
const managed = Object.freeze(['llm.*', 'output']);
const feedbackBytes = 4096;

/** Without a template, the payload is the prompt: a string, and nothing else is taken. */
export function prompt(name: string, settings: PromptSettings): Block<string, string>;
export function prompt<Output>(name: string, settings: PromptSettings & Typed<Output>): Block<string, Output>;
export function prompt<Payload>(
  name: string,
  settings: PromptSettings & Templated<Payload> & { readonly output?: never },
): Block<Payload, string>;
export function prompt<Payload, Output>(
  name: string,
  settings: PromptSettings & Templated<Payload> & Typed<Output>,
): Block<Payload, Output>;
export function prompt(name: string, settings: AnyPrompt): Block<never, unknown> {
  const { model, version, recovery, limits } = settings;
  return defineBlock({
    name,
    kind: 'prompt',
    alias: model,
    // Asking twice costs twice, and changes nothing.
    effects: 'idempotent',
    manages: managed,
    ...(version !== undefined && { version }),
    ...(recovery !== undefined && { recovery }),
    ...(limits !== undefined && { limits }),
    ...(settings.output === undefined && { tellsOutput: true as const }),
    body: {
      type: 'leaf',
      run: (payload, scope) => ask(settings, renderPrompt(settings, payload), scope),
      plan: (question) => planPrompt(settings, question),
    },
  });
}

/** The exact text that the model will be given; what it may not be is refused before anything is spent. */
function renderPrompt({ template, maxInputBytes }: AnyPrompt, payload: never): string {
  const text: unknown = template === undefined ? payload : template(payload);
  if (typeof text !== 'string') throw refuse('invalid_payload', { expected: 'a string' });
  const bytes = byteLength(text);
  if (maxInputBytes !== undefined && bytes > maxInputBytes)
    throw refuse('invalid_payload', { bytes, maxInputBytes });
  return text;
}

async function ask(settings: AnyPrompt, text: string, scope: Scope): Promise<unknown> {
  const { output, outputRetries = 2 } = settings;
  const tries = output === undefined ? 1 : 1 + outputRetries;
  let prompt = text;
  let read: ReadAnswer<unknown> | undefined;
  for (let attempt = 1; attempt <= tries; attempt += 1) {
    const answer = await callOnce(settings, prompt, scope);
    scope.note('llm.attempt', attempt);
    if (output === undefined) return answer.text;
    read = await readAnswer(answer, output);
    if ('value' in read) return read.value;
    prompt = `${text}\n\n${feedback(read.advice)}`;
  }
  const complaints = read !== undefined && 'complaints' in read ? read.complaints : [];
  const issues = complaints.map(({ path, rule }) => ({ path, rule }));
  throw new BlockError({
    reason: 'schema_error',
    errorType: 'output',
    effect: 'unknown',
    details: { tries, issues },
  });
}

function feedback(advice: readonly string[]): string {
  const text = `Your previous answer was not valid. Answer again with JSON alone.\n${advice.join('\n')}`;
  return text.length > feedbackBytes / 4 ? text.slice(0, feedbackBytes / 4) : text;
}

async function callOnce(settings: AnyPrompt, prompt: string, scope: Scope): Promise<ModelAnswer> {
  const { callModel, signal, metadata } = scope;
  if (callModel === undefined) throw refuse('model_unavailable');
  const { system, output, temperature = 0, maxOutputTokens = usualMaxOutput } = settings;
  const alias = scope.alias ?? settings.model;
  const jsonSchema = output === undefined ? undefined : jsonSchemaOf(output);
  const bytes = byteLength(prompt) + otherBytes(settings);
  const hold = scope.hold(worstOfCall({ bytes, maxOutputTokens }, scope.findModel(alias)));
  let answer: ModelAnswer;
  try {
    answer = await callModel({
      alias,
      prompt,
      temperature,
      maxOutputTokens,
      signal,
      metadata,
      ...(scope.isFollowed && { onText: (delta: string) => scope.tell(delta) }),
      ...(system !== undefined && { system }),
      ...(jsonSchema !== undefined && { jsonSchema }),
    });
  } catch (thrown) {
    giveBack(hold, thrown);
    throw thrown;
  }
  const { nanoDollars, inputTokens, outputTokens } = answer;
  hold.settle({ nanoDollars, calls: 1, inputTokens, outputTokens });
  scope.note('llm.model', answer.model ?? alias);
  if (answer.callId !== undefined) scope.note('llm.callId', answer.callId);
  return answer;
}

/** What was refused cost nothing; of what broke off nobody knows. */
function giveBack(hold: Hold, thrown: unknown): void {
  const { effect, reason } = failureOf(thrown);
  if (effect === 'not_started' || reason === 'content_refused') hold.release();
  else hold.settle({ nanoDollars: null, calls: 1 });
}

const usualMaxOutput = 1024;

/** What is sent beside the prompt itself. */
function otherBytes({ system = '', output }: AnyPrompt): number {
  const schema = output === undefined ? undefined : jsonSchemaOf(output);
  return byteLength(system) + (schema === undefined ? 0 : byteLength(JSON.stringify(schema)));
}

function planPrompt(settings: AnyPrompt, question: PlanQuestion): Prior {
  const { output, outputRetries = 2, maxOutputTokens = usualMaxOutput, maxInputBytes } = settings;
  const facts = question.findModel(question.alias ?? settings.model);
  const isKnown = 'payload' in question;
  const others = otherBytes(settings);
  const text = isKnown ? byteLength(renderPrompt(settings, question.payload as never)) : null;
  const bytes = text === null ? null : text + others;
  const expected = expectedCost({ bytes, maxOutputTokens }, facts, question.seenInputTokens);
  const most = text ?? maxInputBytes ?? null;
  const tries = output === undefined ? 1 : 1 + outputRetries;
  const first = worstOfCall({ bytes: most === null ? null : most + others, maxOutputTokens }, facts);
  const again = worstOfCall(
    { bytes: most === null ? null : most + others + feedbackBytes, maxOutputTokens },
    facts,
  );
  const max = first === null || again === null ? null : first + (tries - 1) * again;
  const notes = [
    ...(facts === undefined ? ['unpriced_model'] : []),
    ...(isKnown ? [] : ['input_size_unknown']),
    ...(tries > 1 ? [`worst case of ${tries} answers`] : []),
  ];
  return {
    nanoDollars: { ...expected, max },
    ms: modelTime,
    calls: 1,
    ...(isKnown && {
      inputTokens: expectedTokens(bytes),
      ...(facts && { nanoDollarsPerInputToken: facts.nanoDollarsPerInputToken }),
    }),
    notes,
  };
}
