/**
 * A flow that triages a ticket, answers it or calls a person, and pays money back once: its estimate, its budget, its recovery.
 * Run it with `node examples/support-flow.ts`; a small function stands in for the model, so it needs no key and no network.
 */
import { all, branch, type CallModel, fail, loop, map, repair, retry, seq, step } from '@keelson/core';
import { createEnvironment, estimateRun, prompt, runBlock, streamBlock } from '@keelson/engine';
import { z } from 'zod';

/** Stands where the engine's way to a model would. */
const callModel: CallModel = async ({ prompt: text }) => {
  const isTriage = text.startsWith('Classify');
  const urgency = text.includes('fire') ? 5 : 2;
  const answer = isTriage ? `Sure! {"kind": "bug", "urgency": ${urgency},}` : 'Please restart it.';
  return { text: answer, inputTokens: text.length / 4, outputTokens: 12, nanoDollars: 40_000 };
};
const findModel = () => ({
  nanoDollarsPerInputToken: 150,
  nanoDollarsPerOutputToken: 600,
  contextTokens: 128_000,
});
export const environment = createEnvironment({ callModel, findModel });

// 1. Blocks. A prompt with a typed answer, and a step of plain code.
const Triage = z.object({
  kind: z.enum(['bug', 'billing', 'other']),
  urgency: z.number().int().min(1).max(5),
});
const triage = prompt('triage', {
  model: 'fast',
  template: (ticket: { text: string }) => `Classify this ticket:\n${ticket.text}`,
  output: Triage,
  maxOutputTokens: 200,
});
const facts = step('facts', async ({ text }: { text: string }) => [`A page about ${text}.`], {
  effects: 'none',
});

// 2. Blocks made of blocks. What does not fit is a compile error.
type Gathered = { triage: z.infer<typeof Triage>; facts: string[] };
const gather = all('gather', { triage, facts });
const draft = prompt('draft', {
  model: 'fast',
  template: (known: Gathered) => `Answer a ${known.triage.kind} ticket from:\n${known.facts.join('\n')}`,
  maxInputBytes: 4000,
});
const edit = prompt('edit', {
  model: 'fast',
  template: (text: string) => `Tighten:\n${text}`,
  maxInputBytes: 4000,
});
const polish = loop('polish', edit, { until: (text) => text.length < 600, max: 3 });
const page = map('page', (_: Gathered) => 'A person was called.');
const isUrgent = { name: 'urgent', when: (known: Gathered) => known.triage.urgency >= 4, block: page };
export const support = seq('support', gather, branch('route', [isUrgent], seq('answer', draft, polish)));

// 3. What will it cost? Then no more than that.
export async function answerTicket(text: string): Promise<string> {
  const estimate = estimateRun(support, { text }, environment);
  console.log(estimate.nanoDollars.mean, estimate.nanoDollars.max, estimate.confidence, estimate.notes);
  const response = await runBlock(
    support,
    { text },
    { environment, budget: { dollars: '0.05', preflight: 'max' }, timeoutMs: 30_000 },
  );
  return response.success ? response.data : `Failed: ${response.error.reason}`;
}

// 4. Recovery. A payment is tried again only where it is certain that it was not made.
let calls = 0;
async function pay(order: { id: string; dollars: number }): Promise<{ ref: string }> {
  calls += 1;
  if (order.dollars !== Math.round(order.dollars * 100) / 100)
    throw fail('input', 'odd_amount', {}, 'not_started');
  if (calls < 3) throw fail('tool', 'bank_refused_connection', {}, 'not_started');
  return { ref: `R-${order.id}` };
}
export const refund = step('refund', pay, { effects: 'non_idempotent' }).recover(
  repair<{ id: string; dollars: number }>(
    ({ payload }) => ({ ...payload, dollars: Math.round(payload.dollars * 100) / 100 }),
    { on: ['input'] },
  ),
  retry({ maxAttempts: 4, delayMs: 10, on: ['tool'] }),
);

if (import.meta.main) {
  console.log(await answerTicket('it crashes'));
  console.log(await answerTicket('the office is on fire'));
  const paid = await runBlock(refund, { id: '7', dollars: 12.345 }, { environment });
  console.log(paid.success ? paid.data : paid.error, `attempt ${paid.metadata.attempt}`);
  // Every attempt as it comes; leaving the loop would end the run.
  for await (const event of streamBlock(support, { text: 'it crashes' }, { environment }))
    console.log(event.type, event.path);
}
