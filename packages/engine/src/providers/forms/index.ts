// Every vendor's form, by name.
import type { ProviderForm } from '../provider-form.ts';
import { anthropic } from './anthropic.ts';
import { openai } from './openai.ts';
import { simulator } from './simulator.ts';

const all: readonly ProviderForm[] = [anthropic, openai, simulator];

export const providerForms: ReadonlyMap<string, ProviderForm> = new Map(all.map((form) => [form.name, form]));
