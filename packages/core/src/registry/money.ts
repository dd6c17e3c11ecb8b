/**
 * Amounts of dollars as exact whole numbers, and as text. Prices are whole atto-dollars (10^-18) per unit, so that no decimal of a price list is lost;
 * sums of money are whole nano-dollars (10^-9), rounded once. Outside, money is decimal text.
 */
import { KeelsonError } from '../errors/index.ts';

export const attoPerNano = 1_000_000_000n;

/** Most decimals that an amount may have in a price list, in dollars per million or per thousand units. */
export const maxPriceDecimals = 12;

const decimalForm = /^(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/;

/** `value` times ten to the `power`, exactly; undefined where that is not a whole number, or `value` is negative. */
export function scaleDecimal(value: number, power: number): bigint | undefined {
  const millionths = Math.round(value * 1e6);
  // Nearly every price: the number nearest to a decimal of six places is that decimal.
  if (millionths >= 0 && millionths < 1e15 && millionths / 1e6 === value)
    return power < 6 ? scaleSlowly(value, power) : BigInt(millionths) * tenToThe(power - 6);
  return scaleSlowly(value, power);
}

const powersOfTen = Array.from({ length: 32 }, (_, power) => 10n ** BigInt(power));
const tenToThe = (power: number): bigint => powersOfTen[power] ?? 10n ** BigInt(power);

function scaleSlowly(value: number, power: number): bigint | undefined {
  const match = decimalForm.exec(String(value));
  if (match === null) return undefined;
  const [, whole = '', fraction = '', exponent = '0'] = match;
  const shift = power - fraction.length + Number(exponent);
  const digits = BigInt(whole + fraction);
  if (shift >= 0) return digits * tenToThe(shift);
  const divisor = tenToThe(-shift);
  return digits % divisor === 0n ? digits / divisor : undefined;
}

const nanoPerDollar = 1_000_000_000;
const nanoDigits = 9;

/** `formatDollars(1_234_500_000)` is `1.2345`. Neither rounds nor pads. */
export function formatDollars(nanoDollars: number): string {
  assertNano(nanoDollars);
  const size = Math.abs(nanoDollars);
  const fraction = String(size % nanoPerDollar)
    .padStart(nanoDigits, '0')
    .replace(/0+$/, '');
  const whole = Math.floor(size / nanoPerDollar);
  const sign = nanoDollars < 0 ? '-' : '';
  return `${sign}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}

/** Of sums, which may be larger than one amount may. */
export function formatManyDollars(nanoDollars: bigint): string {
  const size = nanoDollars < 0n ? -nanoDollars : nanoDollars;
  const digits = String(size).padStart(nanoDigits + 1, '0');
  const fraction = digits.slice(-nanoDigits).replace(/0+$/, '');
  const whole = digits.slice(0, -nanoDigits);
  return `${nanoDollars < 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}

const dollarForm = /^(-?)(\d{1,8})(?:\.(\d{1,9}))?$/;

/** What `formatDollars` wrote, as nano-dollars again; anything else is refused. */
export function parseDollars(text: string): number {
  const match = dollarForm.exec(text);
  if (match === null) {
    throw new KeelsonError('invalid_request', `\`${text}\` is no amount of dollars such as \`12.345\`.`, {
      hint: 'Write digits with at most 9 decimals and no currency sign.',
    });
  }
  const [, sign, whole = '', fraction = ''] = match;
  const size = Number(whole) * nanoPerDollar + Number(fraction.padEnd(nanoDigits, '0'));
  assertNano(size);
  // Not a minus before the number: that would turn nothing into minus zero.
  return sign === '-' ? 0 - size : size;
}

function assertNano(nanoDollars: number): void {
  if (Number.isSafeInteger(nanoDollars)) return;
  throw new KeelsonError(
    'invalid_request',
    `${nanoDollars} is not a whole number of nano-dollars that can be held exactly.`,
    { details: { limit: Number.MAX_SAFE_INTEGER } },
  );
}
