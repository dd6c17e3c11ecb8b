// Schema, migrations, open(sqlite or postgres) and one query file per aggregate will live here. SQL belongs
// nowhere else.

export {};
