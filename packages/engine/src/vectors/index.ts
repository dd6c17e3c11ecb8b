// Vector stores behind one contract will live here. Computing embeddings does not belong here; a store is
// given a function that does.

export {};
