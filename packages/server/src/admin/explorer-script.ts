// What runs in the explorer's page, as text: it reads /openapi.json, makes a form of each operation, sends what is filled in, and
// shows the same as a line for the terminal. Everything is written as text, so that no answer can become markup.
export const explorerScript = String.raw`
'use strict';
const make = (name, fields = {}, ...children) => {
  const element = Object.assign(document.createElement(name), fields);
  element.append(...children);
  return element;
};
const keyField = document.getElementById('key');
const place = document.getElementById('operations');

function inputFor({ name, description, required, schema, example }) {
  const options = schema.enum || (schema.type === 'boolean' ? ['true', 'false'] : undefined);
  const input = options
    ? make('select', { name }, make('option', { value: '', textContent: '' }), ...options.map((value) => make('option', { value, textContent: value })))
    : make('input', { name, placeholder: example === undefined ? '' : String(example) });
  input.required = required;
  const hint = make('small', { textContent: description || '' });
  return make('label', {}, make('span', { textContent: name + (required ? ' *' : '') }), input, hint);
}

function quote(text) {
  return "'" + text.replaceAll("'", "'\\''") + "'";
}

function questionOf(path, method, operation, form) {
  const values = new FormData(form);
  let address = path;
  const search = new URLSearchParams();
  for (const parameter of operation.parameters) {
    const value = values.get(parameter.name) || '';
    if (parameter.in === 'path') address = address.replace('{' + parameter.name + '}', encodeURIComponent(value));
    else if (value !== '') search.set(parameter.name, value);
  }
  const body = values.get('body');
  return { method: method.toUpperCase(), address: address + (search.size > 0 ? '?' + search : ''), body };
}

function curlOf({ method, address, body }) {
  const lines = ['curl -X ' + method + ' ' + quote(location.origin + address), "-H 'authorization: Bearer '\"$KEELSON_KEY\""];
  if (body !== null) lines.push("-H 'content-type: application/json'", '-d ' + quote(body));
  return lines.join(' \\\n  ');
}

async function send(question, output) {
  output.textContent = 'Asking…';
  try {
    const headers = { authorization: 'Bearer ' + keyField.value };
    if (question.body !== null) headers['content-type'] = 'application/json';
    const sent = { method: question.method, headers, ...(question.body !== null && { body: question.body }) };
    const response = await fetch(question.address, sent);
    const text = await response.text();
    let shown = text;
    try { shown = JSON.stringify(JSON.parse(text), null, 2); } catch { /* not JSON, shown as it is */ }
    output.textContent = response.status + ' ' + response.statusText + '\n\n' + shown.slice(0, 200000);
  } catch (error) {
    output.textContent = 'The server did not answer: ' + error.message;
  }
}

function show(path, method, operation) {
  const output = make('pre', { tabIndex: 0 });
  const line = make('pre', { tabIndex: 0 });
  const content = operation.requestBody && operation.requestBody.content['application/json'];
  const form = make('form', {}, ...operation.parameters.map(inputFor));
  if (content) {
    const body = make('textarea', { name: 'body', spellcheck: false, value: JSON.stringify(content.example || {}, null, 2) });
    form.append(make('label', {}, make('span', { textContent: 'body *' }), body));
    form.append(make('details', {}, make('summary', { textContent: 'Schema of the body' }), make('pre', { textContent: JSON.stringify(content.schema, null, 2) })));
  }
  form.append(make('button', { textContent: 'Send' }), line, output);
  const update = () => { line.textContent = curlOf(questionOf(path, method, operation, form)); };
  form.addEventListener('input', update);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void send(questionOf(path, method, operation, form), output);
  });
  update();
  const title = make('summary', {}, make('b', { textContent: method.toUpperCase() }), make('code', { textContent: path }), ' ' + operation.summary);
  return make('details', { id: operation.operationId }, title, make('p', { className: 'text', textContent: operation.description }), form);
}

async function start() {
  const description = await (await fetch('/openapi.json')).json();
  const chapters = new Map(description.tags.map(({ name }) => [name, make('section', {}, make('h2', { textContent: name }))]));
  for (const [path, methods] of Object.entries(description.paths))
    for (const [method, operation] of Object.entries(methods)) chapters.get(operation.tags[0]).append(show(path, method, operation));
  place.replaceChildren(...chapters.values());
}
start().catch((error) => { place.textContent = 'The description could not be read: ' + error.message; });
`;
