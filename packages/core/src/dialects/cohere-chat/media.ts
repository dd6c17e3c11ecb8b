/** Images and documents, both ways: images by address or data URL, documents as plain data of any shape. */
import { isJsonObject, type Json, type JsonObject, parseJson } from '../../json/index.ts';
import {
  type DocumentPart,
  documentText,
  formOf,
  type ImagePart,
  known,
  type MediaSource,
  parseAddress,
  present,
  type WireObject,
} from '../../message/index.ts';
import { name } from './wire.ts';

export function parseImage(wire: WireObject): ImagePart {
  wire.constant('type', 'image_url');
  if (typeof wire.peek('image_url') === 'string') {
    const source = parseAddress(wire.string('image_url') as string);
    return { type: 'image', source, ...wire.annotations(name, { image_url: 'text' }) };
  }
  const image = wire.required('image_url', wire.object('image_url'));
  const source = parseAddress(image.required('url', image.string('url')));
  return { type: 'image', source, ...known({ detail: image.string('detail') }), ...wire.annotations(name) };
}

export function renderImage(part: ImagePart): Record<string, Json> | undefined {
  const url = urlOf(part.source);
  if (url === undefined) return undefined;
  if (formOf(part, name, 'image_url') === 'text') return { type: 'image_url', image_url: url };
  return { type: 'image_url', image_url: present({ url, detail: part.detail }) };
}

function urlOf(source: MediaSource): string | undefined {
  if (source.kind === 'url') return source.url;
  if (source.kind !== 'base64') return undefined;
  return `data:${source.mediaType ?? 'image/png'};base64,${source.data}`;
}

/** A document of a tool's result. One field of text is that text to other formats, anything else is JSON. */
export function parseDocument(wire: WireObject): DocumentPart {
  wire.constant('type', 'document');
  const document = wire.required('document', wire.object('document'));
  const data = document.required('data', document.json('data'));
  const id = document.string('id');
  const { source, form } = sourceOf(data);
  const forms = known({ data: form, document_id: id }) as Record<string, string>;
  return { type: 'document', source, ...wire.annotations(name, forms) };
}

function sourceOf(data: Json): { source: MediaSource; form: string | undefined } {
  if (typeof data === 'string') return { source: { kind: 'text', text: data }, form: 'text' };
  const [only, ...others] = isJsonObject(data) ? Object.entries(data) : [];
  if (only !== undefined && others.length === 0 && typeof only[1] === 'string')
    return { source: { kind: 'text', text: only[1] }, form: `field:${only[0]}` };
  const text = JSON.stringify(data);
  return { source: { kind: 'text', text, mediaType: 'application/json' }, form: 'json' };
}

/** Only text can be a document; its bytes are decoded. */
export function renderDocument(part: DocumentPart): Record<string, Json> | undefined {
  const text = documentText(part.source);
  if (text === undefined) return undefined;
  const id = formOf(part, name, 'document_id');
  return { type: 'document', document: present({ data: dataOf(part, text), id }) };
}

function dataOf(part: DocumentPart, text: string): Json {
  const form = formOf(part, name, 'data');
  if (form === 'text') return text;
  if (form?.startsWith('field:')) return { [form.slice('field:'.length)]: text };
  if (form === 'json') return parseJson(text);
  return present({ title: part.title, text }) satisfies JsonObject;
}
