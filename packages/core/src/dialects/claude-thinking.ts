/** How Claude's thinking is asked for, by its own format or by the host that has it: an effort or a budget of tokens. */
import { known, type Loss, type Reasoning } from '../message/index.ts';

const efforts: ReadonlySet<string> = new Set(['low', 'medium', 'high', 'xhigh', 'max']);
const budgetByEffort: Readonly<Record<string, number>> = {
  low: 1024,
  medium: 4096,
  high: 16384,
  xhigh: 32768,
  max: 65536,
};
const smallestBudget = 1024;

/** What another format asks of reasoning, in the words of this one. Earlier models know a budget and no effort. */
export function fitThinking(
  reasoning: Reasoning,
  takesEffort: boolean,
  losses: Loss[],
): Reasoning | undefined {
  const { effort, budgetTokens, mode, display } = reasoning;
  const shown = known({ display });
  if (effort === 'none' || mode === 'disabled') return { mode: 'disabled' };
  if (budgetTokens !== undefined) {
    const detail = 'The budget says it more exactly.';
    if (effort !== undefined) losses.push({ field: 'reasoning.effort', action: 'dropped', detail });
    return { ...shown, mode: 'enabled', budgetTokens: fitBudget(budgetTokens, losses) };
  }
  if (effort === undefined) return fitMode(mode, shown, losses);
  const level = fitEffort(effort, losses);
  if (takesEffort) return { ...fitMode(mode, shown, losses), effort: level };
  const budget = budgetByEffort[level] ?? smallestBudget;
  const detail = `Sent as a budget of ${budget} tokens.`;
  losses.push({ field: 'reasoning.effort', action: 'emulated', detail });
  return { ...shown, mode: 'enabled', budgetTokens: budget };
}

export function fitEffort(effort: string, losses: Loss[]): string {
  if (efforts.has(effort)) return effort;
  losses.push({ field: 'reasoning.effort', action: 'clamped', detail: `\`${effort}\` is sent as \`low\`.` });
  return 'low';
}

/** Thinking without a measure: how much is left to the model. */
function fitMode(
  mode: string | undefined,
  shown: Pick<Reasoning, 'display'>,
  losses: Loss[],
): Reasoning | undefined {
  if (mode === undefined) {
    const detail = 'There is no thinking to show.';
    if (shown.display !== undefined) losses.push({ field: 'reasoning.display', action: 'dropped', detail });
    return undefined;
  }
  if (mode !== 'adaptive') {
    const detail = `\`${mode}\` is sent as \`adaptive\`.`;
    losses.push({ field: 'reasoning.mode', action: 'emulated', detail });
  }
  return { ...shown, mode: 'adaptive' };
}

function fitBudget(budgetTokens: number, losses: Loss[]): number {
  if (budgetTokens >= smallestBudget) return budgetTokens;
  const detail = `The smallest budget is ${smallestBudget}.`;
  losses.push({ field: 'reasoning.budgetTokens', action: 'clamped', detail });
  return smallestBudget;
}
