/** What a conversation asks for: its last words of the user, how far their script has come, and waiting tool results. */
import type { ChatRequest, Part, ToolResultPart, Turn } from '@keelson/core';

export interface Prompt {
  /** The text parts of the last user turn that has any. */
  readonly text: string;
  /** How many answers were given since then: the place in a script of several steps. */
  readonly step: number;
  /** Tool results that no answer has taken up yet. */
  readonly results: readonly ToolResultPart[];
}

export function readPrompt({ turns }: ChatRequest): Prompt {
  const asked = turns.findLastIndex((turn) => turn.role === 'user' && textIn(turn).trim() !== '');
  const lastAnswer = turns.findLastIndex(({ role }) => role === 'assistant');
  const since = asked === -1 ? [] : turns.slice(asked + 1);
  return {
    text: turns[asked] === undefined ? '' : textIn(turns[asked]),
    step: since.filter(({ role }) => role === 'assistant').length,
    results: turns.slice(lastAnswer + 1).flatMap(resultsIn),
  };
}

function resultsIn({ parts }: Turn): ToolResultPart[] {
  return parts.flatMap((part: Part) => (part.type === 'tool-result' ? [part] : []));
}

function textIn({ parts }: Turn): string {
  return joinText(parts);
}

/** The text among parts; media and calls say nothing here. */
export function joinText(parts: readonly Part[]): string {
  return parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n');
}
