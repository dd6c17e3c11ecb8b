/** A form with files as the simulator's endpoints read it: fields as text, files with their names and bytes. */
import { fieldsOf, refuseField } from './plain-body.ts';

interface FormFile {
  readonly name: string;
  readonly fileName: string;
  /** One character for each byte. */
  readonly content: string;
}

export interface Form {
  readonly fields: Readonly<Record<string, string>>;
  readonly files: readonly FormFile[];
}

/** `body` has one character for each byte. */
function readForm(body: string, contentType: string): Form {
  const [, quoted, plain] = /boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType) ?? [];
  const boundary = quoted ?? plain;
  if (boundary === undefined || !body.trimEnd().endsWith(`--${boundary}--`))
    throw refuseField('body', 'a whole form with its boundary');
  const fields: Record<string, string> = {};
  const files: FormFile[] = [];
  for (const piece of `\r\n${body}`.split(`\r\n--${boundary}`).slice(1, -1)) {
    const blank = piece.indexOf('\r\n\r\n');
    const [, name = ''] = /\bname="([^"]*)"/.exec(piece.slice(0, blank)) ?? [];
    const [, fileName] = /\bfilename="([^"]*)"/.exec(piece.slice(0, blank)) ?? [];
    const content = piece.slice(blank + 4);
    if (fileName === undefined) fields[name] = Buffer.from(content, 'latin1').toString('utf8');
    else files.push({ name, fileName, content });
  }
  return { fields, files };
}

/** What a call sent, whether as JSON or as a form. */
export function readEither(body: unknown, headers: Readonly<Record<string, string>>): Form {
  const type = headers['content-type'] ?? '';
  if (typeof body === 'string' && type.startsWith('multipart/')) return readForm(body, type);
  return { fields: fieldsOf(body) as Record<string, string>, files: [] };
}
