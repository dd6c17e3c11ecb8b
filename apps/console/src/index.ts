// The web console will live here: app, one folder per feature, and the user interface parts. It talks to the
// server through the SDK only.

export {};
