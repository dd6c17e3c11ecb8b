// Values that must not be shown. Who may use a secret is decided elsewhere.
export { redactError } from './redact-error.ts';
export { Redactor } from './redactor.ts';
export { Secret } from './secret.ts';
