/**
 * What a model said, handed back in the pieces of a stream: the official SDK keeps them in its history as they came, a
 * content each. They are joined, because the signature at the end covers the whole thought and no other format would take
 * it for the last piece alone; where the cuts were is remembered for this format.
 */
import type { Json } from '../../json/index.ts';
import { type Annotated, formOf, type Part, type Turn } from '../../message/index.ts';
import { name } from './wire.ts';

type Words = Extract<Part, { type: 'text' | 'reasoning' }>;
type Answer = Extract<Turn, { role: 'assistant' }>;

/** Neighbouring contents of the model become one turn, neighbouring pieces in it one part. */
export function joinModelTurns(turns: readonly Turn[]): Turn[] {
  const joined: Turn[] = [];
  for (const turn of turns) {
    const last = joined.at(-1);
    if (turn.role === 'assistant' && last?.role === 'assistant' && isPlain(turn) && isPlain(last, 'contents'))
      joined[joined.length - 1] = joinTurn(last, turn);
    else joined.push(turn);
  }
  return joined.map((turn) =>
    turn.role === 'assistant' ? { ...turn, parts: joinPieces(turn.parts) } : turn,
  );
}

/** Whether nothing is remembered of the wire but the given form. */
function isPlain({ spelling, extensions }: Annotated, allowed?: string): boolean {
  const { forms = {}, nulls, empty } = spelling ?? {};
  const isKnown = Object.keys(forms).every((form) => form === allowed);
  return isKnown && extensions === undefined && nulls === undefined && empty === undefined;
}

function joinTurn(last: Answer, next: Answer): Answer {
  const contents = `${formOf(last, name, 'contents') ?? last.parts.length},${next.parts.length}`;
  return { ...last, parts: [...last.parts, ...next.parts], spelling: { dialect: name, forms: { contents } } };
}

function joinPieces(parts: Answer['parts']): Part[] {
  const joined: Part[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    if (isWords(part) && isPlain(part) && last?.type === part.type && isOpen(last))
      joined[joined.length - 1] = joinPiece(last, part);
    else joined.push(part);
  }
  return joined;
}

function isWords(part: Part): part is Words {
  return part.type === 'text' || (part.type === 'reasoning' && !part.redacted);
}

/** A signature closes what it signs. */
function isOpen(part: Part): part is Words {
  return isWords(part) && part.opaque === undefined && isPlain(part, 'pieces');
}

function joinPiece(last: Words, next: Words): Words {
  const pieces = `${formOf(last, name, 'pieces') ?? last.text.length},${next.text.length}`;
  return { ...last, ...next, text: last.text + next.text, spelling: { dialect: name, forms: { pieces } } };
}

/** A part of the wire in the pieces that it came in, unless its words were changed. */
export function splitPieces(wire: Record<string, Json>, node: Annotated): Record<string, Json>[] {
  const { text, thoughtSignature: _end, ...rest } = wire;
  const lengths = lengthsOf(node, 'pieces');
  if (typeof text !== 'string' || sum(lengths) !== text.length || lengths.length === 0) return [wire];
  let at = 0;
  return lengths.map((length, index) => {
    const piece = text.slice(at, at + length);
    at += length;
    return index === lengths.length - 1 ? { ...wire, text: piece } : { ...rest, text: piece };
  });
}

/** The parts of a turn in the contents that they came in, unless there are more or fewer now. */
export function splitContents(parts: readonly Json[], turn: Turn): readonly (readonly Json[])[] {
  const lengths = lengthsOf(turn, 'contents');
  if (lengths.length === 0 || sum(lengths) !== parts.length) return [parts];
  let at = 0;
  return lengths.map((length) => {
    at += length;
    return parts.slice(at - length, at);
  });
}

function lengthsOf(node: Annotated, form: string): readonly number[] {
  return formOf(node, name, form)?.split(',').map(Number) ?? [];
}

function sum(lengths: readonly number[]): number {
  return lengths.reduce((total, length) => total + length, 0);
}
