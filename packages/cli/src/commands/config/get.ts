/** `keelson config get`: one value, for scripts and people. */
import { asJson } from '../../line/as-json.ts';
import type { Run } from '../../line/command-spec.ts';
import { checkSetting, isWithin, loadLayers, originText, valueText } from '../../subject/configuration.ts';
import { plain } from '../../terminal/table.ts';

export const run: Run = async (input, surroundings) => {
  const { room, loaded } = await loadLayers(surroundings);
  const path = input.word(0);
  checkSetting(path, room);
  const { values } = loaded.effective;
  const hasOrigin = input.isOn('origin');
  const found = values.get(path);
  if (found !== undefined) {
    const from = hasOrigin ? `  # ${originText(found.origin)}` : '';
    return {
      data: asJson({ path, value: found.value, ...(hasOrigin && { origin: found.origin }) }),
      text: () => `${plain(valueText(found.value) + from)}\n`,
    };
  }
  const within = [...values.values()].filter((each) => isWithin(each.path, path));
  return {
    data: asJson({ path, value: within.length === 0 ? null : within }),
    exitCode: within.length === 0 ? 1 : 0,
    text: () => within.map((each) => `${each.path} ${plain(valueText(each.value))}\n`).join(''),
    notes: within.length === 0 ? [`\`${path}\` is not set.`] : [],
  };
};
