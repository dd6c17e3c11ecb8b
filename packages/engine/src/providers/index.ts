// One form per vendor will live here: host, authentication, dialects it speaks, quirks. Wire formats do not
// belong here; they are core's dialects.

export {};
