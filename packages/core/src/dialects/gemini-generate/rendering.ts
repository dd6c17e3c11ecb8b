/** What the renderers of parts share: how a part is to be written, and what becomes of its state. */
import { isValidFor, type Loss, type OpaqueState, sealState } from '../../message/index.ts';
import { type GeminiGenerateQuirks, name } from './wire.ts';

export interface PartRendering {
  readonly losses: Loss[];
  readonly quirks: GeminiGenerateQuirks;
  /** Whether request or answer came in this format, so that nothing has to be made to fit. */
  readonly isOwn: boolean;
  /** Whether the parts are an answer to a caller rather than a request to a provider. */
  readonly isAnswer: boolean;
  /** Names of the calls by id: a result has to repeat the name of its function. */
  readonly callNames: ReadonlyMap<string, string>;
}

export function drop({ losses }: Pick<PartRendering, 'losses'>, field: string, detail: string): undefined {
  losses.push({ field, action: 'dropped', detail });
  return undefined;
}

/** The state of a part on the wire: a caller keeps anybody's for us, a provider sees only its own. */
export function signatureOf(
  part: { readonly opaque?: OpaqueState },
  field: string,
  rendering: Pick<PartRendering, 'isAnswer' | 'losses'>,
): string | undefined {
  const { opaque } = part;
  if (opaque === undefined) return undefined;
  if (rendering.isAnswer) return sealState(opaque, name);
  if (isValidFor(opaque, { dialect: name })) return opaque.value;
  return drop(rendering, `${field}.opaque`, 'Its state is valid only where it was made.');
}
