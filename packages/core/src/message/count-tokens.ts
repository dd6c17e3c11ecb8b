/** Counting instead of answering, towards formats that only answer. */
import { KeelsonError } from '../errors/index.ts';
import type { ChatRequest } from './request.ts';

/** Answering instead of counting would be paid for, so this is no loss to report afterwards. */
export function refuseCounting({ purpose }: ChatRequest, dialect: string): void {
  if (purpose !== 'count-tokens') return;
  throw new KeelsonError('lossy_translation', `${dialect} cannot count tokens without answering.`, {
    details: { dialect, field: 'purpose' },
    hint: 'Count with a model whose provider can.',
  });
}
