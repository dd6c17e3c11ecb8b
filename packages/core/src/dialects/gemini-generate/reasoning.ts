/** What is asked of thinking, in the words of this format: a level or a budget, and whether thoughts are shown. */
import type { Json } from '../../json/index.ts';
import { type ChatRequest, formOf, type Loss, present, type Reasoning } from '../../message/index.ts';
import type { PartRendering } from './rendering.ts';
import { name } from './wire.ts';

const levels: ReadonlySet<string> = new Set(['minimal', 'low', 'medium', 'high']);
/** Budgets for models before Gemini 3, which know no levels. */
const budgetByLevel: Readonly<Record<string, number>> = {
  minimal: 512,
  low: 1024,
  medium: 8192,
  high: 24576,
};

export function renderThinking(request: ChatRequest, rendering: PartRendering): Record<string, Json> {
  const { reasoning } = request;
  if (reasoning === undefined) return {};
  const { display } = reasoning;
  const amount = rendering.isOwn ? ownAmount(request, reasoning) : fitAmount(reasoning, rendering);
  if (!rendering.isOwn && display !== undefined && display !== 'omitted' && display !== 'summarized')
    emulate('reasoning.display', `\`${display}\` is sent as thoughts that are shown.`, rendering.losses);
  return present({ ...amount, includeThoughts: display === undefined ? undefined : display !== 'omitted' });
}

function ownAmount(request: ChatRequest, { mode, budgetTokens, effort }: Reasoning) {
  const level = formOf(request, name, 'thinkingLevel');
  const isAsRead = level?.toLowerCase() === effort;
  return {
    thinkingBudget: budgetTokens ?? budgetOf(mode),
    thinkingLevel: isAsRead ? level : effort?.toUpperCase(),
  };
}

function budgetOf(mode: string | undefined): number | undefined {
  if (mode === 'disabled') return 0;
  return mode === 'adaptive' ? -1 : undefined;
}

/** The API refuses a budget beside a level, so only one of them is sent. */
function fitAmount(
  reasoning: Reasoning,
  { quirks, losses }: PartRendering,
): Record<string, Json | undefined> {
  const { mode, budgetTokens, effort } = reasoning;
  const isOff = mode === 'disabled' || effort === 'none';
  if (isOff) {
    if (effort !== undefined) emulate('reasoning.effort', 'It is sent as a budget of 0.', losses);
    if (budgetTokens !== undefined) drop('reasoning.budgetTokens', 'Thinking is switched off.', losses);
    return { thinkingBudget: 0 };
  }
  if (budgetTokens !== undefined) {
    if (effort !== undefined) drop('reasoning.effort', 'The budget says it more exactly.', losses);
    if (mode !== undefined) drop('reasoning.mode', 'The budget says it.', losses);
    return { thinkingBudget: budgetTokens };
  }
  if (effort === undefined) return fitMode(mode, losses);
  if (mode !== undefined) drop('reasoning.mode', 'The effort says it.', losses);
  const level = levels.has(effort) ? effort : 'high';
  if (level !== effort)
    losses.push({
      field: 'reasoning.effort',
      action: 'clamped',
      detail: `\`${effort}\` is sent as \`${level}\`.`,
    });
  if (quirks.effort === 'level') return { thinkingLevel: level.toUpperCase() };
  const thinkingBudget = budgetByLevel[level] as number;
  emulate('reasoning.effort', `Sent as a budget of ${thinkingBudget} tokens.`, losses);
  return { thinkingBudget };
}

/** Thinking without a measure: how much is left to the model. */
function fitMode(mode: string | undefined, losses: Loss[]): Record<string, Json | undefined> {
  if (mode === undefined) return {};
  if (mode !== 'adaptive') emulate('reasoning.mode', `\`${mode}\` is sent as \`adaptive\`.`, losses);
  return { thinkingBudget: -1 };
}

function emulate(field: string, detail: string, losses: Loss[]): void {
  losses.push({ field, action: 'emulated', detail });
}

function drop(field: string, detail: string, losses: Loss[]): void {
  losses.push({ field, action: 'dropped', detail });
}
