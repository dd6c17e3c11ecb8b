// Places and comments are found in whatever TOML allows; nothing that a text holds makes the walk go astray.
import fc from 'fast-check';
import { parse } from 'smol-toml';
import { expect, test } from 'vitest';
import { LineCounter } from './line-counter.ts';
import { locateJson } from './locate-json.ts';
import { pathKey, readTomlLayout, type TomlPath } from './toml-layout.ts';

const awkward = `title = "a # no comment \\" ] }" # one
when = 1979-05-27 07:32:00 # two
'single quoted'.b = 'c:\\' # three
text = """
[not.a.header]
key = "inside" # no comment
Two quotes: ""\\"""" # four
raw = '''
# no comment
''''' # five
"\\u0061 b" = { x = [1, { y = "}" }], "z.z" = 2 } # six
a.b.c = [
  [ 1, 2 ], # seven
  # eight
  { q = '#' }, "last" # nine
  # ten
]

# eleven
[ table . "inner.most" ] # twelve
key = true

[[list]] # thirteen
n = 1
[list.sub]
deep = 1
[[list]]
n = 2
[[list.more]]
m = 1
`;

test('places of keys, items and tables', () => {
  expect(parse(awkward)).toBeDefined();
  const { offsets } = readTomlLayout(awkward);
  const lines = new LineCounter(awkward);
  const at = (...path: TomlPath): string => {
    const offset = offsets.get(pathKey(path));
    const { line, column } = lines.placeOf(offset ?? -1);
    return offset === undefined ? 'nowhere' : `${line}:${column}`;
  };
  expect([at('title'), at('when'), at('single quoted', 'b'), at('text'), at('raw')]).toEqual([
    '1:1',
    '2:1',
    '3:1',
    '4:1',
    '8:1',
  ]);
  expect([at('a b'), at('a b', 'x'), at('a b', 'x', 1), at('a b', 'x', 1, 'y'), at('a b', 'z.z')]).toEqual([
    '11:1',
    '11:16',
    '11:24',
    '11:26',
    '11:38',
  ]);
  expect([
    at('a', 'b', 'c'),
    at('a', 'b', 'c', 0, 1),
    at('a', 'b', 'c', 1, 'q'),
    at('a', 'b', 'c', 2),
  ]).toEqual(['12:1', '13:8', '15:5', '15:16']);
  expect([at('table', 'inner.most'), at('table', 'inner.most', 'key')]).toEqual(['20:1', '21:1']);
  expect([
    at('list', 0, 'n'),
    at('list', 0, 'sub', 'deep'),
    at('list', 1, 'n'),
    at('list', 1, 'more', 0, 'm'),
  ]).toEqual(['24:1', '26:1', '28:1', '30:1']);
});

test('comments and nothing else', () => {
  const { comments } = readTomlLayout(awkward);
  const all = [...comments.values()].flatMap(({ before, behind }) => [
    ...before,
    ...(behind === undefined ? [] : [behind]),
  ]);
  expect(all.sort()).toEqual(
    [
      'one',
      'two',
      'three',
      'four',
      'five',
      'six',
      'seven',
      'eight',
      'nine',
      'ten',
      'eleven',
      'twelve',
      'thirteen',
    ]
      .map((word) => `# ${word}`)
      .sort(),
  );
  expect(comments.get(pathKey(['a', 'b', 'c', '=last']))).toEqual({ before: [], behind: '# nine' });
});

test('a walk over any text comes to an end', () => {
  const piece = fc.constantFrom(
    '[',
    ']',
    '[[',
    '{',
    '}',
    '"',
    "'",
    '"""',
    "'''",
    '=',
    ',',
    '#',
    '\n',
    '\\',
    '.',
    'a',
    ' ',
    '\r\n',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
      expect(readTomlLayout(pieces.join('')).foot).toBeDefined();
    }),
    { numRuns: 2000 },
  );
});

test('every place of a JSON text is that of its field or item', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), fc.constantFrom(0, 2), (value, indent) => {
      const text = JSON.stringify({ value }, undefined, indent);
      for (const [key, offset] of locateJson(text)) {
        const path = JSON.parse(key) as (string | number)[];
        const step = path.at(-1);
        if (typeof step === 'string') expect(text.startsWith(JSON.stringify(step), offset)).toBe(true);
        else {
          const found = path.reduce<unknown>((holder, each) => (holder as Record<string, unknown>)[each], {
            value,
          });
          const start = JSON.stringify(found)[0];
          expect(text[offset]).toBe(start);
        }
      }
    }),
  );
});
