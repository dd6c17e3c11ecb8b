// The seam that everything reports to will live here: log, metrics, spans. No other room may log.

export {};
