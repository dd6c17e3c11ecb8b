/** The prompt: the words and images of one user, or a whole conversation written down as a transcript. */
import type { Json } from '../../json/index.ts';
import type { Loss, Part, ToolResultPart, Turn } from '../../message/index.ts';
import { renderDocument, renderImage, reportReasoning, reportText } from '../ollama-parts.ts';
import { name } from './wire.ts';

export interface Prompt {
  readonly text: string;
  readonly images: readonly string[];
}

interface Draft {
  readonly losses: Loss[];
  readonly images: string[];
}

/** One user's turn is the prompt itself; more than that is told, line by line, and left for the model to continue. */
export function renderPrompt(turns: readonly Turn[], losses: Loss[]): Prompt {
  const draft: Draft = { losses, images: [] };
  const [only] = turns;
  if (only === undefined) return { text: '', images: [] };
  if (turns.length === 1 && only.role === 'user') {
    reportName(only, 'turns[0]', losses);
    return { text: wordsOf(only.parts, 'turns[0]', draft), images: draft.images };
  }
  losses.push({ field: 'turns', action: 'emulated', detail: 'The conversation is sent as a transcript.' });
  const lines = turns.flatMap((turn, index) => transcribe(turn, `turns[${index}]`, draft));
  return { text: [...lines, 'Assistant:'].join('\n\n'), images: draft.images };
}

const speakers = { user: 'User', assistant: 'Assistant', system: 'System' } as const;

function transcribe(turn: Turn, at: string, draft: Draft): string[] {
  if (turn.role === 'tool')
    return turn.parts.map((result, index) => transcribeResult(result, `${at}.parts[${index}]`, draft));
  reportName(turn, at, draft.losses);
  const speaker = speakers[turn.role];
  const words = wordsOf(turn.parts, at, draft);
  const calls = turn.parts.flatMap((part, index) =>
    part.type === 'tool-call' ? [transcribeCall(part, `${at}.parts[${index}]`, draft)] : [],
  );
  return [...(words === '' ? [] : [`${speaker}: ${words}`]), ...calls];
}

function reportName(turn: Exclude<Turn, { role: 'tool' }>, at: string, losses: Loss[]): void {
  if (turn.name === undefined) return;
  losses.push({ field: `${at}.name`, action: 'dropped', detail: `${name} has no names on messages.` });
}

function transcribeCall(
  call: Extract<Part, { type: 'tool-call' }>,
  field: string,
  { losses }: Draft,
): string {
  losses.push({ field, action: 'emulated', detail: 'The call is told in the transcript.' });
  return `Assistant called ${call.name}: ${call.arguments === '' ? '{}' : call.arguments}`;
}

function transcribeResult(result: ToolResultPart, field: string, draft: Draft): string {
  draft.losses.push({ field, action: 'emulated', detail: 'The result is told in the transcript.' });
  const words = wordsOf(result.parts, field, draft);
  const tool = result.name === undefined ? 'Tool' : `Tool ${result.name}`;
  return `${tool} ${result.isError ? 'failed' : 'answered'}: ${words}`;
}

function wordsOf(parts: readonly Part[], at: string, draft: Draft): string {
  let words = '';
  for (const [index, part] of parts.entries()) {
    const field = `${at}.parts[${index}]`;
    if (part.type === 'image') {
      const image = renderImage(part, field, draft.losses, name);
      if (image === undefined) continue;
      if (words !== '')
        draft.losses.push({ field, action: 'emulated', detail: 'Images stand in front of the prompt.' });
      draft.images.push(image);
    } else words += wordsOfPart(part, field, words !== '', draft.losses);
  }
  return words;
}

function wordsOfPart(part: Part, field: string, isLater: boolean, losses: Loss[]): string {
  switch (part.type) {
    case 'text':
      reportText(part, field, losses, name);
      if (isLater) losses.push({ field, action: 'emulated', detail: 'It continues the text before it.' });
      return part.text;
    case 'refusal':
      losses.push({ field, action: 'emulated', detail: 'A refusal is told as text.' });
      return part.text;
    case 'document':
      return renderDocument(part, field, losses, name) ?? '';
    case 'tool-call':
      return '';
    default:
      losses.push({ field, action: 'dropped', detail: `A prompt has no place for ${part.type}.` });
      return '';
  }
}

/** The content of an answer: what has no field here is said to be lost. */
export function renderAnswerParts(parts: readonly Part[], losses: Loss[]): Record<string, Json> {
  let response = '';
  let thinking = '';
  let image: string | undefined;
  for (const [index, part] of parts.entries()) {
    const field = `message.parts[${index}]`;
    if (part.type === 'reasoning') {
      reportReasoning(part, field, losses);
      thinking += part.text;
    } else if (part.type === 'image') image = renderImage(part, field, losses, name) ?? image;
    else if (part.type === 'tool-call') reportCall(part.name, field, losses);
    else response += wordsOfPart(part, field, false, losses);
  }
  return { response, ...(thinking !== '' && { thinking }), ...(image !== undefined && { image }) };
}

export function reportCall(called: string, field: string, losses: Loss[]): void {
  losses.push({ field, action: 'dropped', detail: `${name} cannot tell the call of \`${called}\`.` });
}
