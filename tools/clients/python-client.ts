/** Writes the client of the management API for Python: one method for each operation, with the standard library alone. */
import { type Description, type JsonType, type Operation, operationsOf } from './operations.ts';
import { pythonRuntime } from './python-runtime.ts';

export function pythonClient(description: Description): string {
  const runtime = pythonRuntime.replace('@version@', description.info.version);
  return `${runtime}${operationsOf(description).map(methodOf).join('\n')}`;
}

function methodOf({
  name,
  method,
  path,
  summary,
  description,
  pathNames,
  query,
  body,
  answer,
}: Operation): string {
  const fields = Object.entries(query?.properties ?? {});
  const required = query?.required ?? [];
  const optional = fields.filter(([field]) => !required.includes(field));
  const parameters = [
    'self: ManagementClient',
    ...pathNames.map((one) => `${python(one)}: str`),
    ...(body ? ['body: Mapping[str, Any]'] : []),
    ...(fields.length > 0 ? ['*'] : []),
    ...required.map((field) => `${python(field)}: ${typeText(query?.properties?.[field] ?? {})}`),
    ...optional.map(([field, schema]) => `${python(field)}: Optional[${typeText(schema)}] = None`),
  ];
  const place = path.replaceAll(/\{(\w+)\}/g, (_, one: string) => `{quote(${python(one)}, safe='')}`);
  const asked = fields.map(([field]) => `"${field}": ${python(field)}`).join(', ');
  const run = answer ? '_ask' : '_send';
  const last = body || !answer ? `, ${body ? 'body' : 'None'}` : '';
  const lines = parameters.map((parameter) => `    ${parameter},\n`).join('');
  return `@_operation
def ${snake(name)}(
${lines}) -> Any:
    """${summary}. ${description}"""
    return self.${run}("${method}", f"${place}", {${asked}}${last})

`;
}

function typeText({ type = 'string' }: JsonType): string {
  const [first = 'string'] = typeof type === 'string' ? [type] : type;
  return { integer: 'int', number: 'float', boolean: 'bool', array: 'list' }[first] ?? 'str';
}

const words = new Set(['from', 'is', 'in', 'as', 'class', 'global']);

/** Words of the language have an underscore behind them. */
function python(name: string): string {
  return words.has(name) ? `${name}_` : name;
}

function snake(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
