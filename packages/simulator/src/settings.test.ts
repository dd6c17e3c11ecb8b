// Every way to set the simulator as a process, and what is said about a wrong one.
import { expect, test } from 'vitest';
import { parseSettings } from './settings.ts';

const usual = { host: '127.0.0.1', port: 4110, seed: 1, isQuiet: false, isHelp: false };

test.each([
  [[], {}, usual],
  [[], { KEELSON_SIMULATOR_PORT: '' }, usual],
  [[], { KEELSON_SIMULATOR_PORT: '0' }, { ...usual, port: 0 }],
  [['--port', '5000'], { KEELSON_SIMULATOR_PORT: '6000' }, { ...usual, port: 5000 }],
  [['--host=::1', '--seed', '7', '--quiet'], {}, { ...usual, host: '::1', seed: 7, isQuiet: true }],
  [['-h'], {}, { ...usual, isHelp: true }],
])('%j with %j', (words, environment, settings) => {
  expect(parseSettings(words, environment)).toEqual(settings);
});

test.each([
  [['--port', '65536'], '--port is `65536`'],
  [['--port', '1e3'], '--port is `1e3`'],
  [['--port'], 'port'],
  [['--seed', '4294967296'], '--seed is `4294967296`'],
  [['--verbose'], '--verbose'],
  [['extra'], 'extra'],
])('%j is refused by name', (words, named) => {
  expect(() => parseSettings(words, {})).toThrow(named);
});
