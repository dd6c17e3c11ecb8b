// Puts one value into the text of a configuration file, or takes one out; all else stays as somebody wrote it, comments included.
import type { Document, YAMLMap } from 'yaml';
import { isObject, type PlainObject, type PlainValue } from './read-document.ts';

export interface TextEdit {
  /** The names that lead to it. */
  readonly steps: readonly string[];
  /** Left out to take it away, with what is then empty around it. */
  readonly value?: PlainValue;
}

/** The text must have been found to be right. `form` is how the file's name ends. */
export async function editText(
  text: string | undefined,
  form: 'json' | 'yaml',
  edit: TextEdit,
): Promise<string> {
  if (form === 'json' && isJson(text)) return `${JSON.stringify(editObject(text, edit), undefined, 2)}\n`;
  const yaml = await import('yaml');
  const document = yaml.parseDocument(text ?? '{}\n', { uniqueKeys: false });
  const { contents } = document;
  if (yaml.isMap(contents) && contents.items.length === 0) contents.flow = false;
  if (edit.value === undefined) removeFrom(document, edit.steps);
  else {
    openWay(yaml, document, edit.steps);
    document.setIn(edit.steps, document.createNode(edit.value));
  }
  const written = document.toString({ lineWidth: 0 });
  return written.trim() === '' ? '{}\n' : written;
}

/** A file that ends in `.json` may hold comments, which YAML knows and JSON does not. */
function isJson(text: string | undefined): boolean {
  try {
    JSON.parse(text ?? '{}');
    return true;
  } catch {
    return false;
  }
}

function editObject(text: string | undefined, { steps, value }: TextEdit): PlainValue {
  const object = JSON.parse(text ?? '{}') as PlainObject;
  return placeIn(object, steps, value) ?? {};
}

function placeIn(
  inside: PlainValue | undefined,
  [name, ...rest]: readonly string[],
  value: PlainValue | undefined,
): PlainValue | undefined {
  if (name === undefined) return value;
  const fields = inside !== undefined && isObject(inside) ? inside : {};
  const inner = placeIn(Object.hasOwn(fields, name) ? fields[name] : undefined, rest, value);
  const others = Object.entries(fields).filter(([other]) => other !== name);
  if (inner === undefined) return others.length === 0 ? undefined : Object.fromEntries(others);
  return Object.hasOwn(fields, name)
    ? Object.fromEntries(Object.entries(fields).map(([other, old]) => [other, other === name ? inner : old]))
    : { ...fields, [name]: inner };
}

function removeFrom(document: Document, steps: readonly string[]): void {
  document.deleteIn(steps);
  for (let length = steps.length - 1; length > 0; length--) {
    const around = document.getIn(steps.slice(0, length)) as YAMLMap | undefined;
    if (around?.items?.length !== 0) return;
    document.deleteIn(steps.slice(0, length));
  }
}

/** What stands in the way, such as `server:` with nothing behind it, becomes something that can hold names. */
function openWay(yaml: typeof import('yaml'), document: Document, steps: readonly string[]): void {
  for (let length = 1; length < steps.length; length++) {
    const way = steps.slice(0, length);
    const inside = document.getIn(way, true);
    if (inside !== undefined && !yaml.isMap(inside)) document.setIn(way, new yaml.YAMLMap());
  }
}
