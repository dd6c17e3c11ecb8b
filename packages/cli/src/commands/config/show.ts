/** `keelson config show`: the settings that hold, and where each comes from. */
import { asJson } from '../../line/as-json.ts';
import type { Run } from '../../line/command-spec.ts';
import { checkSetting, isWithin, loadLayers, originText, valueText } from '../../subject/configuration.ts';
import { renderTable } from '../../terminal/table.ts';

export const run: Run = async (input, surroundings) => {
  const { room, loader, loaded } = await loadLayers(surroundings);
  const [only] = input.words;
  if (only !== undefined) checkSetting(only, room);
  const values = [...loaded.effective.values.values()].filter(
    ({ path }) => only === undefined || isWithin(path, only),
  );
  const { project = null, user = null } = loader.files;
  const hasOrigin = input.isOn('origin');
  const columns = [{ title: 'SETTING' }, { title: 'VALUE' }, ...(hasOrigin ? [{ title: 'FROM' }] : [])];
  const rows = values.map(({ path, value, origin }) => [path, valueText(value), originText(origin)]);
  return {
    data: asJson({
      files: { project, user },
      settings: values.map(({ path, value, origin }) => ({ path, value, ...(hasOrigin && { origin }) })),
    }),
    text: (look) => (rows.length === 0 ? 'Nothing is set.\n' : renderTable(columns, rows, look)),
  };
};
