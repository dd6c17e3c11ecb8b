/** Usage as a vendor would report it: one token per word, or what the script says, in buckets that always add up. */
import { type ChatRequest, known, type Part, type Usage } from '@keelson/core';
import type { ScriptedUsage } from '../script/index.ts';
import { countWords } from '../words.ts';

export function countUsage(
  request: ChatRequest,
  parts: readonly Part[],
  scripted: ScriptedUsage = {},
): Usage {
  const { cacheRead, cacheWrite5m, cacheWrite1h, inputAudio, inputImage, outputAudio } = scripted;
  const hasSplit = cacheWrite5m !== undefined || cacheWrite1h !== undefined;
  const cacheWrite =
    scripted.cacheWrite ?? (hasSplit ? (cacheWrite5m ?? 0) + (cacheWrite1h ?? 0) : undefined);
  const cached = (cacheRead ?? 0) + (cacheWrite ?? 0);
  const input = scripted.input ?? countInput(request) + cached;
  const reasoning = scripted.reasoning ?? countReasoning(parts);
  const output = scripted.output ?? countOutput(parts) + (scripted.reasoning ?? 0);
  return {
    input: known({
      total: input,
      uncached: input - cached,
      cacheRead,
      cacheWrite,
      cacheWrite5m,
      cacheWrite1h,
      audio: inputAudio,
      image: inputImage,
    }),
    output: known({ total: output, reasoning, audio: outputAudio }),
    total: input + output,
  };
}

/** At least one, because no vendor reads a prompt for nothing. */
function countInput({ system = [], turns, tools = [] }: ChatRequest): number {
  const texts = [...system, ...turns.flatMap(({ parts }) => parts)].map(countPart);
  const described = tools.map((tool) => countWords(JSON.stringify(tool)));
  return Math.max(1, sum(texts) + sum(described));
}

function countOutput(parts: readonly Part[]): number {
  return Math.max(1, sum(parts.map(countPart)));
}

/** Unknown, not zero, when there was none. */
function countReasoning(parts: readonly Part[]): number | undefined {
  const reasoning = parts.filter(({ type }) => type === 'reasoning');
  return reasoning.length === 0 ? undefined : sum(reasoning.map(countPart));
}

function countPart(part: Part): number {
  switch (part.type) {
    case 'text':
    case 'reasoning':
    case 'refusal':
      return countWords(part.text);
    case 'tool-call':
      return countWords(part.name) + countWords(part.arguments);
    case 'tool-result':
      return sum(part.parts.map(countPart));
    default:
      return 1;
  }
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
