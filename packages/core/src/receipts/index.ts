// The shape of a receipt, its canonical hash, Merkle batches and verification will live here. Signing keys
// and storage do not belong here; they are the engine's.

export {};
