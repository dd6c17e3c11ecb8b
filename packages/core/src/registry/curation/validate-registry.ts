/** Whether a registry file may be published: well-formed, with the content that its digest names, and nothing left unsaid. */
import { isJsonObject, type Json } from '../../json/index.ts';
import { hashRegistryContent, readRegistryFile } from '../read-registry-file.ts';
import type { RegistryProblem } from '../row-reader.ts';
import { unstated } from '../unstated.ts';

export interface RegistryValidation {
  readonly ok: boolean;
  readonly problems: readonly RegistryProblem[];
  /** What may be published all the same. */
  readonly warnings: readonly RegistryProblem[];
}

/** Throws where the file as a whole makes no sense. */
export function validateRegistry(json: Json): RegistryValidation {
  const file = readRegistryFile(json);
  const problems: RegistryProblem[] = [...file.problems];
  const warnings: RegistryProblem[] = [...file.warnings];
  const digest = isJsonObject(json) ? hashRegistryContent(json) : '';
  if (file.contentHash === undefined)
    problems.push({ field: 'content_sha256_jcs', says: 'The file states no `content_sha256_jcs`.' });
  else if (file.contentHash !== digest)
    problems.push({
      field: 'content_sha256_jcs',
      says: `\`content_sha256_jcs\` is ${file.contentHash}, but the content has ${digest}.`,
    });
  if (file.updatedAt === undefined)
    problems.push({ field: 'updated_at', says: 'The file states no `updated_at`.' });
  for (const card of file.cards) {
    const unsaid = unstated(card).filter((field) => !card.unknown.includes(field));
    if (unsaid.length > 0)
      problems.push({
        row: card.key,
        field: 'unknown',
        says: `\`${card.key}\` neither states nor calls unknown: ${unsaid.map((field) => `\`${field}\``).join(', ')}.`,
      });
    if (card.source === undefined)
      problems.push({ row: card.key, field: 'source', says: `\`${card.key}\` names no \`source\`.` });
    else if (card.source.date === undefined)
      warnings.push({ row: card.key, field: 'source', says: `The source of \`${card.key}\` has no date.` });
  }
  return { ok: problems.length === 0, problems, warnings };
}
