// Fields that were left out, left out for good: storage takes what is there as what is wanted.

type Defined<Of> = { readonly [Name in keyof Of]?: Exclude<Of[Name], undefined> };

export function defined<Of extends object>(fields: Of): Defined<Of> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<Of>;
}
