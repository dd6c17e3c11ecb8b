// Aliases, profiles and pins will live here: parse, resolve, digest, diff, render. Reading the file from
// disk does not belong here.


