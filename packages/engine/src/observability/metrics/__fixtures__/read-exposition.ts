/**
 * A strict reader of Prometheus' text format 0.0.4: every line must be what the format allows, series of a metric must stand
 * together behind its type, and histograms must add up. Gives the value of each series by the text of its line.
 */
const label = String.raw`[a-zA-Z_]\w*="(?:[^"\\\n]|\\["\\n])*"`;
const sample = new RegExp(String.raw`^([a-zA-Z_:][\w:]*)(?:\{(${label}(?:,${label})*)\})? (\S+)$`);
const number = /^(?:[+-]?(?:\d+(?:\.\d+)?(?:e[+-]?\d+)?|Inf)|Nan)$/i;

export function readExposition(text: string): ReadonlyMap<string, number> {
  if (!text.endsWith('\n')) throw new Error('The text must end with a new line.');
  const values = new Map<string, number>();
  const types = new Map<string, string>();
  let current = '';
  for (const line of text.split('\n').filter((each) => each !== '')) {
    const help = /^# HELP ([a-zA-Z_:][\w:]*) ./.exec(line);
    const type = /^# TYPE ([a-zA-Z_:][\w:]*) (counter|gauge|histogram|summary|untyped)$/.exec(line);
    if (help !== null) {
      current = help[1] as string;
      if (types.has(current)) throw new Error(`Told twice: ${current}`);
    } else if (type !== null) {
      if (type[1] !== current) throw new Error(`A type without help: ${line}`);
      types.set(current, type[2] as string);
    } else readSample(line, { name: current, type: types.get(current) ?? '' }, values);
  }
  checkHistograms(types, values);
  return values;
}

function readSample(
  line: string,
  metric: { readonly name: string; readonly type: string },
  values: Map<string, number>,
): void {
  const [, name = '', , value = ''] = sample.exec(line) ?? [];
  const own = metric.type === 'histogram' ? name.replace(/_(bucket|sum|count)$/, '') : name;
  if (own !== metric.name || !number.test(value)) throw new Error(`Not a line of ${metric.name}: ${line}`);
  const series = line.slice(0, line.lastIndexOf(' '));
  if (values.has(series)) throw new Error(`Told twice: ${series}`);
  values.set(series, Number(value.replace(/inf/i, 'Infinity')));
}

function checkHistograms(types: ReadonlyMap<string, string>, values: ReadonlyMap<string, number>): void {
  for (const [name, type] of types) {
    if (type !== 'histogram') continue;
    const last = new Map<string, number>();
    for (const [series, value] of values) {
      const [, rest] = new RegExp(`^${name}_bucket\\{le="[^"]*",?(.*)\\}$`).exec(series) ?? [];
      if (rest === undefined) continue;
      if (value < (last.get(rest) ?? 0)) throw new Error(`Falls: ${series}`);
      last.set(rest, value);
    }
    for (const [labels, infinite] of last) {
      const count = values.get(labels === '' ? `${name}_count` : `${name}_count{${labels}}`);
      if (count !== infinite) throw new Error(`${name}{${labels}} counts ${count} and not ${infinite}.`);
    }
  }
}
