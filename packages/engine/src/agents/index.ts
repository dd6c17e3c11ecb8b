// The loop of calls and tools will live here, with memory and planning. Single calls do not belong here.

export {};
