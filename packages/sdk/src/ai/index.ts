// The provider for the AI SDK.
export {};
