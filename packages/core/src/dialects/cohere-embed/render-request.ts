/** A canonical embedding request becomes an embed request; what the format cannot say is reported. */
import type { Json } from '../../json/index.ts';
import {
  applyAnnotations,
  type EmbedRequest,
  encodePathSegment,
  formOf,
  type Loss,
  plainPaths,
  present,
  type Rendered,
  renderPurpose,
  reportInputFields,
  reportUnsaidOptions,
  type WireCall,
  writePlainFields,
} from '../../message/index.ts';
import { renderInputs } from './inputs.ts';
import {
  type CohereEmbedQuirks,
  invokePath,
  name,
  path,
  purposeWords,
  requestFields,
  truncations,
} from './wire.ts';

const saidPaths: ReadonlySet<string> = new Set([
  ...plainPaths(requestFields),
  ...['inputs', 'purpose', 'truncate'],
]);

export function renderRequest(request: EmbedRequest, quirks: CohereEmbedQuirks): Rendered<WireCall> {
  const losses: Loss[] = [];
  const { truncate } = request;
  const word = Object.keys(truncations).find((candidate) => truncations[candidate] === truncate);
  const body: Record<string, Json> = {
    ...(quirks.pathStyle === 'embed' && { model: request.model }),
    ...renderInputs(request, quirks, losses),
    ...present({ input_type: renderInputType(request, quirks, losses), truncate: word ?? truncate }),
    ...writePlainFields(request, requestFields),
  };
  applyAnnotations(body, request, name);
  losses.push(
    ...reportInputFields(request, new Set(), name),
    ...reportUnsaidOptions(request, saidPaths, name),
  );
  return { value: { method: 'POST', path: pathOf(request, quirks), query: {}, headers: {}, body }, losses };
}

function pathOf({ model }: EmbedRequest, { pathStyle }: CohereEmbedQuirks): string {
  return pathStyle === 'embed' ? path : invokePath.replace('{model}', () => encodePathSegment(model));
}

function renderInputType(
  request: EmbedRequest,
  quirks: CohereEmbedQuirks,
  losses: Loss[],
): string | undefined {
  const { purpose } = request;
  if (purpose === undefined && formOf(request, name, 'input_type') === 'absent') return undefined;
  const isOwn = request.dialect === name;
  const word =
    purpose === undefined
      ? undefined
      : renderPurpose(purpose, purposeWords, { field: 'purpose', dialect: name, isOwn, losses });
  if (word !== undefined) return word;
  const detail = `\`input_type\` is demanded by the format and was filled in.`;
  losses.push({ field: 'purpose', action: 'emulated', detail });
  return quirks.defaultPurpose;
}
