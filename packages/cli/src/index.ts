// What other programs may import from the `keelson` package will live here. The command itself starts in
// main.ts.

export {};
