// The admin API will live here: thin routes over the engine, described by OpenAPI. Business rules do not
// belong here.

export {};
