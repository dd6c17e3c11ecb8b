/** `keelson registry promote`: the next version of a registry file, out of what a person has approved. */
import { promoteDraftFile } from '@keelson/engine';
import { asJson } from '../../line/as-json.ts';
import type { Run } from '../../line/command-spec.ts';
import { registryFolder } from '../../subject/registry-folder.ts';

export const run: Run = async (input, surroundings) => {
  const provider = input.word(0);
  const place = registryFolder(input, surroundings);
  const { version, models, file } = await promoteDraftFile(place, provider);
  return {
    data: asJson({
      folder: place.folder,
      provider,
      version,
      models,
      contentHash: file.content_sha256_jcs,
    }),
    text: () =>
      `\`${provider}\` is at version ${version} now: ${models.length} model${models.length === 1 ? '' : 's'} changed. Every former version stays in the archive.\n`,
  };
};
