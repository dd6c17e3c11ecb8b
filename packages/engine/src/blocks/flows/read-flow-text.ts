/** A flow file, JSON or YAML, as a block; or everything that is wrong with it, with line and column. */
import { type Block, type FlowVocabulary, type GraphProblem, readFlow } from '@keelson/core';
import { placeKey, readFlowDocument, type TextPlace } from './flow-document.ts';

export type FlowTextProblem = Pick<GraphProblem, 'reason' | 'path' | 'says'> & TextPlace;

export type ReadFlowText =
  | { readonly block: Block<unknown, unknown>; readonly problems: readonly [] }
  | { readonly block?: never; readonly problems: readonly FlowTextProblem[] };

/** `readFlowText(text, { kinds: createFlowKinds({ blocks: { search } }), conditions: { isUrgent } })`. */
export async function readFlowText(text: string, vocabulary: FlowVocabulary): Promise<ReadFlowText> {
  const document = await readFlowDocument(text);
  if (document.problems.length > 0)
    return { problems: document.problems.map((problem) => ({ reason: 'invalid_graph', ...problem })) };
  const read = readFlow(document.value, vocabulary);
  if (read.block !== undefined) return { block: read.block, problems: [] };
  const problems = read.problems.map(({ reason, path, keys, says }) => {
    return { reason, path, says, ...locate(document.places, keys) };
  });
  return { problems: problems.toSorted((a, b) => a.line - b.line || a.column - b.column) };
}

/** What is missing has no place: then that of what it is missing from. */
function locate(places: ReadonlyMap<string, TextPlace>, keys: readonly (string | number)[]): TextPlace {
  for (let length = keys.length; length >= 0; length -= 1) {
    const place = places.get(placeKey(keys.slice(0, length)));
    if (place !== undefined) return place;
  }
  return { line: 1, column: 1 };
}
