/** A conversation written out as a text that a model continues, with everything that no text can hold reported. */
import type { ChatRequest, Loss, Part, ToolResultPart, Turn } from '../../message/index.ts';
import { name } from './wire.ts';

const speakers: Readonly<Record<Turn['role'], string>> = {
  system: 'System',
  user: 'User',
  assistant: 'Assistant',
  tool: 'Tool',
};

/** A single question is the prompt itself; anything longer becomes a transcript that ends where the assistant speaks. */
export function renderPrompt(request: ChatRequest, losses: Loss[]): string {
  const { system = [], turns } = request;
  const texts = turns.map((turn, index) => textOfTurn(turn, `turns[${index}]`, losses));
  const instructions = textOfParts(system, 'system', losses);
  const isQuestion = turns.length <= 1 && turns[0]?.role !== 'assistant' && instructions === '';
  if (isQuestion) return texts.join('');
  losses.push({
    field: 'turns',
    action: 'emulated',
    detail: 'The conversation is written out as a transcript.',
  });
  if (instructions !== '')
    losses.push({ field: 'system', action: 'emulated', detail: 'They stand at the head of the transcript.' });
  const lines = texts.map((text, index) => `${speakers[(turns[index] as Turn).role]}: ${text}`);
  const isContinued = turns.at(-1)?.role === 'assistant';
  const all = [
    ...(instructions === '' ? [] : [instructions]),
    ...lines,
    ...(isContinued ? [] : ['Assistant:']),
  ];
  return all.join('\n\n');
}

function textOfTurn(turn: Turn, at: string, losses: Loss[]): string {
  if (turn.role !== 'tool') {
    if (turn.name !== undefined)
      losses.push({ field: `${at}.name`, action: 'dropped', detail: `${name} has no speakers.` });
    return textOfParts(turn.parts, at, losses);
  }
  return turn.parts.map((result, index) => textOfResult(result, `${at}.parts[${index}]`, losses)).join('\n');
}

function textOfResult(result: ToolResultPart, at: string, losses: Loss[]): string {
  losses.push({ field: at, action: 'emulated', detail: 'A result is told as text.' });
  return textOfParts(result.parts, at, losses);
}

function textOfParts(parts: readonly Part[], at: string, losses: Loss[]): string {
  if (parts.length > 1)
    losses.push({ field: `${at}.parts`, action: 'emulated', detail: 'They are one text here.' });
  return parts.map((part, index) => textOfPart(part, `${at}.parts[${index}]`, losses)).join('');
}

function textOfPart(part: Part, field: string, losses: Loss[]): string {
  if (part.type === 'text') {
    for (const key of ['cache', 'citations'] as const)
      if (part[key] !== undefined)
        losses.push({ field: `${field}.${key}`, action: 'dropped', detail: `${name} has plain text only.` });
    return part.text;
  }
  const isText = part.type === 'refusal' || (part.type === 'document' && part.source.kind === 'text');
  const action = isText ? 'emulated' : 'dropped';
  losses.push({ field, action, detail: `${name} has no ${part.type}.` });
  if (part.type === 'refusal') return part.text;
  return part.type === 'document' && part.source.kind === 'text' ? part.source.text : '';
}
