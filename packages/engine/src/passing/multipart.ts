/**
 * Forms with files (RFC 7578) as far as somebody has to understand them: where each part begins and ends, its name, and the
 * text of small ones. The bytes of files are never copied or looked into.
 */
import { KeelsonError } from '@keelson/core';

interface Part {
  readonly name: string;
  readonly fileName?: string;
  readonly type?: string;
  /** Of its content, within the body. */
  readonly start: number;
  readonly end: number;
}

export interface Multipart {
  readonly bytes: Buffer;
  readonly parts: readonly Part[];
}

const mostParts = 200;
const mostHeaderBytes = 16 * 1024;
/** A part without a file name that is longer is not read as a field. */
const mostFieldBytes = 1024 * 1024;

/** Throws `invalid_request` for whatever another reader might read differently. */
export function readMultipart(bytes: Buffer, contentType: string): Multipart {
  const delimiter = Buffer.from(`--${boundaryOf(contentType)}`);
  const parts: Part[] = [];
  let at = bytes.indexOf(delimiter);
  if (at === -1 || (at > 0 && !isLineEnd(bytes, at - 2))) throw torn('has no boundary');
  for (;;) {
    at += delimiter.length;
    if (bytes[at] === dash && bytes[at + 1] === dash) return { bytes, parts };
    at = afterPadding(bytes, at);
    const end = nextDelimiter(bytes, delimiter, at - 2);
    if (end === -1) throw torn('ends within a part');
    if (parts.length === mostParts) throw torn(`has more than ${mostParts} parts`);
    parts.push(readPart(bytes, at, end));
    at = end + 2;
  }
}

/** The text of all parts that are no files, by name; the names of several with one name are refused where it matters. */
export function fieldsOf({ bytes, parts }: Multipart): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const { name, fileName, start, end } of parts) {
    if (fileName !== undefined || end - start > mostFieldBytes || name === '__proto__') continue;
    fields[name] = bytes.toString('utf8', start, end);
  }
  return fields;
}

/** The only field of that name. Throws where there are several, of which a provider might read another. */
export function fieldNamed({ bytes, parts }: Multipart, name: string): string | undefined {
  const [part, another] = parts.filter((each) => each.name === name);
  if (another !== undefined) {
    throw new KeelsonError('invalid_request', `The form has several fields \`${name}\`.`, {
      details: { field: name },
    });
  }
  return part === undefined ? undefined : bytes.toString('utf8', part.start, part.end);
}

/** The same form with another text in one field; all other bytes are as they were. */
export function replaceField({ bytes, parts }: Multipart, name: string, text: string): Buffer {
  const part = parts.find((each) => each.name === name);
  if (part === undefined) return bytes;
  return Buffer.concat([bytes.subarray(0, part.start), Buffer.from(text), bytes.subarray(part.end)]);
}

const dash = 0x2d;
const space = 0x20;
const tab = 0x09;

function boundaryOf(contentType: string): string {
  const [, quoted, plain] = /;\s*boundary=(?:"([^"]{1,200})"|([^\s;"]{1,200}))/i.exec(contentType) ?? [];
  const boundary = quoted ?? plain;
  if (boundary === undefined) throw torn('has no `boundary` in its content type');
  return boundary;
}

/** After the delimiter: perhaps spaces, then the end of the line. */
function afterPadding(bytes: Buffer, from: number): number {
  let at = from;
  while (bytes[at] === space || bytes[at] === tab) at += 1;
  if (!isLineEnd(bytes, at)) throw torn('has a boundary that does not end its line');
  return at + 2;
}

function isLineEnd(bytes: Buffer, at: number): boolean {
  return bytes[at] === 0x0d && bytes[at + 1] === 0x0a;
}

/** Where the line break before the next delimiter stands; the one before an empty part is the delimiter's own. */
function nextDelimiter(bytes: Buffer, delimiter: Buffer, from: number): number {
  for (let at = from; ; at += 1) {
    at = bytes.indexOf(delimiter, at);
    if (at === -1) return -1;
    if (at >= 2 && isLineEnd(bytes, at - 2)) return at - 2;
  }
}

function readPart(bytes: Buffer, from: number, end: number): Part {
  const blank = bytes.indexOf('\r\n\r\n', from);
  if (blank === -1 || blank + 4 > end) throw torn('has a part without the end of its headers');
  if (blank - from > mostHeaderBytes)
    throw torn(`has a part with more than ${mostHeaderBytes} bytes of headers`);
  const headers = bytes.toString('utf8', from, blank).split('\r\n');
  const disposition = headerNamed(headers, 'content-disposition');
  const name = parameterOf(disposition, 'name');
  if (name === undefined || !/^form-data\s*;/i.test(disposition)) throw torn('has a part without a name');
  const fileName = parameterOf(disposition, 'filename') ?? parameterOf(disposition, 'filename\\*');
  const type = headerNamed(headers, 'content-type');
  return {
    name,
    start: blank + 4,
    end,
    ...(fileName !== undefined && { fileName }),
    ...(type !== '' && { type }),
  };
}

function headerNamed(headers: readonly string[], name: string): string {
  const found = headers.filter((line) => line.slice(0, name.length + 1).toLowerCase() === `${name}:`);
  if (found.length > 1) throw torn(`has a part with several \`${name}\``);
  return found[0]?.slice(name.length + 1).trim() ?? '';
}

function parameterOf(disposition: string, name: string): string | undefined {
  const pattern = new RegExp(`;\\s*${name}=(?:"((?:[^"\\\\]|\\\\.)*)"|([^\\s;"]+))`, 'i');
  const [, quoted, plain] = pattern.exec(disposition) ?? [];
  return quoted?.replace(/\\(["\\])/g, '$1') ?? plain;
}

function torn(what: string): KeelsonError {
  return new KeelsonError('invalid_request', `The form ${what}.`, {
    hint: 'Send `multipart/form-data` with a `boundary`, every part named, and the closing boundary at the end.',
  });
}
