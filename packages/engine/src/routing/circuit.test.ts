/** Circuits open on failures, stay open for their time, and let one call at a time through to find out. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Circuit, defaultCircuit } from './circuit.ts';

const settings = { ...defaultCircuit, failuresInRow: 3, openMs: 1000, maxOpenMs: 3000, probeMs: 500 };

function openCircuit(): Circuit {
  const circuit = new Circuit(settings);
  for (let at = 0; at < 3; at++) circuit.fail(0);
  return circuit;
}

describe('a circuit', () => {
  test('opens after failures in a row, and not when a success lies between', () => {
    const circuit = new Circuit(settings);
    for (const what of ['fail', 'fail', 'succeed', 'fail', 'fail'] as const) circuit[what](0);
    expect(circuit.stateAt(0)).toBe('closed');
    circuit.fail(0);
    expect(circuit.stateAt(0)).toBe('open');
    expect(circuit.waitMs(0)).toBe(1000);
  });

  test('opens when half of the calls of the window fail, and old calls do not count', () => {
    const mixed = (minutes: number): Circuit => {
      const circuit = new Circuit({ ...settings, minCalls: 10, windowMs: 30_000 });
      for (let at = 0; at < 5; at++) {
        circuit.succeed(at * minutes * 60_000);
        circuit.fail(at * minutes * 60_000 + 1);
      }
      return circuit;
    };
    expect(mixed(0).stateAt(1)).toBe('open');
    expect(mixed(1).stateAt(5 * 60_000)).toBe('closed');
  });

  test('lets one probe through when its time is over, and closes when that succeeds', () => {
    const circuit = openCircuit();
    expect(circuit.tryPass(999)).toBe(false);
    expect(circuit.stateAt(1000)).toBe('half-open');
    expect([circuit.tryPass(1000), circuit.tryPass(1000), circuit.tryPass(1400)]).toEqual([
      true,
      false,
      false,
    ]);
    circuit.succeed(1450);
    expect(circuit.stateAt(1450)).toBe('closed');
    expect(circuit.failuresInRow).toBe(0);
  });

  test('stays open for twice as long after a failed probe, up to a bound', () => {
    const circuit = openCircuit();
    const waits: number[] = [];
    for (let now = 1000, at = 0; at < 4; at++) {
      expect(circuit.tryPass(now)).toBe(true);
      circuit.fail(now);
      waits.push(circuit.waitMs(now));
      now += circuit.waitMs(now);
    }
    expect(waits).toEqual([2000, 3000, 3000, 3000]);
  });

  test('makes room for another probe when the first says nothing', () => {
    const circuit = openCircuit();
    circuit.tryPass(1000);
    circuit.release();
    expect(circuit.tryPass(1001)).toBe(true);
    expect(circuit.tryPass(1500)).toBe(false);
    expect(circuit.tryPass(1501)).toBe(true);
  });

  test('does not close by answers to calls that began before it opened', () => {
    const circuit = openCircuit();
    circuit.succeed(500);
    expect(circuit.stateAt(999)).toBe('open');
  });
});

test('whatever happens, no second probe passes before the first has ended or its time is over', () => {
  const happening = fc.oneof(
    fc.record({ what: fc.constant('ask' as const) }),
    fc.record({ what: fc.constantFrom('succeed', 'fail', 'release' as const) }),
    fc.record({ what: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 2000 }) }),
  );
  let probes = 0;
  fc.assert(
    fc.property(fc.array(happening, { minLength: 100, maxLength: 200 }), (happenings) => {
      const circuit = openCircuit();
      let now = 0;
      let probeUntil = 0;
      for (const one of happenings) {
        if (one.what === 'wait') now += one.ms;
        else if (one.what === 'ask') {
          const before = circuit.stateAt(now);
          const passed = circuit.tryPass(now);
          expect(passed).toBe(before === 'closed' || (before === 'half-open' && now >= probeUntil));
          if (passed && before === 'half-open') {
            probes += 1;
            probeUntil = now + settings.probeMs;
          }
        } else {
          // Outcomes that come while it is open belong to calls of before.
          if (circuit.stateAt(now) !== 'open' || one.what === 'release') probeUntil = 0;
          if (one.what === 'release') circuit.release();
          else circuit[one.what === 'fail' ? 'fail' : 'succeed'](now);
        }
      }
    }),
  );
  expect(probes).toBeGreaterThan(50);
});
