/** `keelson export`: receipts into a file, by LLMRing's name and with its defaults; `keelson receipts export` is the same with ours. */
import type { Run } from '../line/command-spec.ts';
import { exportAs } from './receipts/export.ts';

const usual = { format: 'json', file: (format: string) => `keelson_receipts.${format}` };

export const run: Run = (input, surroundings) => exportAs(usual, input, surroundings);
