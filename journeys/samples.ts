/** What the callers of these journeys send: tools, a schema, an image, a document. How each client spells it is its own. */

export const model = 'simulated-large';

export const weatherSchema = {
  type: 'object',
  properties: { city: { type: 'string' }, days: { type: 'integer', minimum: 1 } },
  required: ['city'],
  additionalProperties: false,
} as const;

export const shipSchema = {
  type: 'object',
  properties: {
    name: { type: 'string', minLength: 3 },
    masts: { type: 'integer', minimum: 1, maximum: 5 },
    rig: { enum: ['sloop', 'brig', 'barque'] },
    cargo: { type: 'array', items: { type: 'string' }, minItems: 2, maxItems: 2 },
  },
  required: ['name', 'masts', 'rig', 'cargo'],
  additionalProperties: false,
} as const;

export interface Ship {
  readonly name: string;
  readonly masts: number;
  readonly rig: string;
  readonly cargo: readonly string[];
}

/** Base64 of one red pixel; the simulator counts its bytes. */
export const pixel =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==';
export const pixelBytes = Buffer.from(pixel, 'base64').length;

/** No real document, but its media type and its size are what a vendor sees first. */
export const pdf = Buffer.from('%PDF-1.4 a page about keelsons').toString('base64');
export const pdfBytes = Buffer.from(pdf, 'base64').length;

export const pictureUrl = 'https://example.com/ship.png';

/** Enough for every answer here, and demanded by some formats. */
export const roomForAnswer = 4000;
