// Who is calling will live here: keys, sessions, single sign-on. What the caller may do belongs to access.

export {};
