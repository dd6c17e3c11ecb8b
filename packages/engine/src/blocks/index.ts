// Built-in block kinds and the runner of flows will live here. Definitions and graph checks are core's.

export {};
