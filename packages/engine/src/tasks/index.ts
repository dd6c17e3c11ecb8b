// Roles, the task board, the routing of tasks and schedules will live here. This is the top room of the
// engine.

export {};
