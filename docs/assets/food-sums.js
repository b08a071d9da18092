// Amounts, shares and the recommended amount that holds: what macros/finder.py and macros/intakes.py do, for the browser.

/**
 * An amount in words, to two decimals; a trace is not called nothing.
 * @param {number} micrograms
 * @returns {string}
 */
export function amount(micrograms) {
  if (micrograms > 0 && micrograms < 0.005) return "under 0.01";
  return grouped(Math.floor(micrograms * 100 + 0.5 + 1e-7) / 100); // a binary residue must not decide a half
}

let formatter = null; // made when it is first needed: a slow phone takes a tenth of a second over it

/** A number with its thousands grouped. */
export function grouped(value) {
  formatter ??= new Intl.NumberFormat("en-GB", { maximumFractionDigits: 6 });
  return formatter.format(value);
}

/**
 * A range in words; one number where both ends look the same.
 * @param {number} low
 * @param {number} high
 * @param {(value: number) => string} words
 */
export function ranged(low, high, words = amount) {
  const [from, to] = [words(low), words(high)];
  return from === to ? from : `${from} to ${to.replace(/^under /u, "")}`;
}

/**
 * An amount as a share of recommended ones, in words: "430 to 1,150%".
 * @param {{low: number, high: number}} eaten micrograms
 * @param {{low: number, high: number}} recommended micrograms a day
 */
export function shares(eaten, recommended) {
  return `${ranged((100 * eaten.low) / recommended.high, (100 * eaten.high) / recommended.low, percent)}%`;
}

/** Whole numbers below a thousand, tens above: more digits would promise too much. */
function percent(value) {
  if (value > 0 && value < 1) return "under 1";
  const step = value < 1000 ? 1 : 10;
  return grouped(Math.floor(value / step + 0.5 + 1e-9) * step);
}

/**
 * An estimate to two significant digits, as the model's own page gives it.
 * @param {{low: number, high: number}} estimate
 */
export function estimated(estimate) {
  return ranged(estimate.low, estimate.high, (value) => grouped(Number(value.toPrecision(2))));
}

/**
 * What holds for a reader: the country's own issuer, or else one for a wider region, or else the world's.
 * @template {{place: string, stage: string}} T
 * @param {T[]} stated what the issuers recommend; `place` is "" where it is for the world
 * @param {{country: string, wider: string, stage: string}} reader `country` "" for what all issuers say
 * @returns {T[]}
 */
export function advised(stated, { country, wider, stage }) {
  const found = stated.filter((one) => one.stage === stage);
  if (!country) return found;
  const levels = [country, wider || null, ""].map((place) => found.filter((one) => one.place === place));
  return levels.find((level) => level.length > 0) ?? [];
}

/**
 * The lowest and the highest of these amounts; null where there is none.
 * @param {{low: number, high: number}[]} stated
 */
export function span(stated) {
  if (stated.length === 0) return null;
  return { low: Math.min(...stated.map((one) => one.low)), high: Math.max(...stated.map((one) => one.high)) };
}

/**
 * The B12 in so many grams of a food: the atlas's figure, and the range over the datasets.
 * @param {{per100: number, low: number, high: number}} food
 * @param {number} grams
 */
export function content(food, grams) {
  return { value: (food.per100 * grams) / 100, low: (food.low * grams) / 100, high: (food.high * grams) / 100 };
}

/** The sum of amounts as `content` gives them. */
export function total(amounts) {
  const sum = { value: 0, low: 0, high: 0 };
  for (const one of amounts) for (const end of Object.keys(sum)) sum[end] += one[end];
  return sum;
}
