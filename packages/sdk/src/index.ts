// The client for applications in browsers, edge runtimes and Node will live here, remote or in-process.
// Nothing here may need `node:` modules.

export {};
