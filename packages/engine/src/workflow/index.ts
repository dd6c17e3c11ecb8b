// Durable runs will live here: journal, timers, queue, worker. This room knows nothing of language models.

export {};
