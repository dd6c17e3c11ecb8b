// The inbound endpoints will live here, one folder per dialect: bytes in, canonical request to the engine,
// bytes out. Wire formats belong to core's dialects.

export {};
