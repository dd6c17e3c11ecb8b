// Issuing, chaining, signing and storing receipts will live here. The shape and the verification are core's.

export {};
