// What a caller asks of the gateway itself, in headers that no vendor has. What the values mean is the engine's.
import type { IncomingHttpHeaders } from 'node:http';
import { type CallControls, readControl } from '@keelson/engine';

const none: CallControls = { tags: {} };
const prefix = 'x-keelson-';

export function readControls(headers: IncomingHttpHeaders): CallControls {
  let controls: CallControls | undefined;
  for (const name in headers) {
    if (!name.startsWith(prefix)) continue;
    const control = name.slice(prefix.length).replaceAll('-', '_');
    const read = readControl(control, String(headers[name]), { field: name, says: `The header ${name}` });
    // Others come from gateways that this one is behind.
    if (read !== undefined) controls = { ...(controls ?? none), ...read };
  }
  return controls ?? none;
}
