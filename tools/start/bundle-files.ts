// Where the files of a bundle lie in its folder. Who writes them and who runs them agree by this.

export const bundleFiles = {
  manifest: 'package.json',
  server: 'dist/start.js',
  writer: 'dist/write-worker.js',
  simulator: 'dist/simulator.js',
} as const;
