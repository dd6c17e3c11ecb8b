// Who may come to this server by themselves, and how. Its routes stand in `resources` and, for LLMRing's clients, in `llmring`.
export {
  createRegistrar,
  type Registrar,
  type RegistrationSettings,
  type Verification,
} from './register.ts';
