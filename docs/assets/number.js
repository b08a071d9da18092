// Reads a number as a person types it, or says in one line what is wrong with it.

const SPACES = /\s+/gu; // JavaScript counts the unbreakable and the thin ones

/**
 * The number in `text`. A comma counts as a decimal point, spaces and separators between thousands are taken out, and one
 * of the unit words may stand behind. The result has either a `value` (with the unit word that was typed, if any) or a
 * `problem`: a whole sentence that tells what to type instead. It is never NaN.
 * @param {string} text
 * @param {{min: number, max: number, units?: string[]}} limits both limits are allowed; the first unit is the field's own
 * @returns {{value: number, unit?: string} | {problem: string}}
 */
export function readNumber(text, { min, max, units = [] }) {
  const wanted = `a number from ${shown(min)} to ${shown(max)}${units.length ? ` ${units[0]}` : ""}`;
  const typed = text.replace(SPACES, " ").trim();
  if (!typed) return { problem: `Type ${wanted}.` };
  if (/^[<>≤≥~]/u.test(typed)) return { problem: `Leave out “${typed[0]}”. Type ${wanted}.` };

  const parts = /^([-+\u2212]?)([\d., ']*\d(?:[.,](?!\d))?(?:e[-+]?\d+)?)(.*)$/iu.exec(typed);
  if (!parts) return { problem: `“${short(typed)}” is not a number. Type ${wanted}.` };
  const [, sign, digits, rest] = parts;
  if (/^ ?(-|–|to\b).*\d/iu.test(rest)) return { problem: `Type one number, not a range: ${wanted}.` };

  const unit = known(rest, units);
  if (rest.trim() && unit === undefined) return { problem: misfit(rest.trim(), units, wanted) };

  const size = read(digits);
  if (typeof size !== "number") return { problem: size ?? `“${short(typed)}” is not a number. Type ${wanted}.` };
  const value = sign && sign !== "+" && size !== 0 ? -size : size;
  if (value < min) return { problem: `${short(typed)} is too little here. Type ${wanted}.` };
  if (value > max) return { problem: `${short(typed)} is too much here. Type ${wanted}.` };
  return unit ? { value, unit } : { value };
}

/** A limit as a person reads it: 100 000, with a space, for a comma may be somebody's decimal point. */
function shown(limit) {
  return limit.toLocaleString("en-GB", { maximumFractionDigits: 6 }).replaceAll(",", "\u00a0");
}

/** What was typed, cut where it is long. */
function short(text) {
  return text.length > 24 ? `${text.slice(0, 24)}…` : text;
}

/** A unit as it is compared: no spaces, points or capitals, and one way to write "micro". */
function bare(word) {
  return word.normalize("NFKC").replace(/[\s.]/gu, "").toLowerCase().replace(/^(mc|u)(?=g|mol)/u, "μ");
}

/** The accepted unit that `rest` is; undefined where it is none. */
function known(rest, units) {
  return units.find((unit) => bare(unit) === bare(rest));
}

function misfit(rest, units, wanted) {
  const word = short(rest);
  if (!units.length) return `Leave out “${word}”. Type ${wanted}.`;
  return /^[\p{L}%]/u.test(rest)
    ? `“${word}” is not the unit of this field. Type ${wanted}.`
    : `“${word}” does not belong to a number. Type ${wanted}.`;
}

/** The size that the digits mean; a sentence where they may mean two; undefined where they mean nothing. */
function read(digits) {
  const [, main, power = ""] = /^(.*?)(e.*)?$/iu.exec(digits);
  const plain = main.replace(/[ '](?=\d{3}(?:\D|$))/gu, "").replace(/[.,]$/u, "");
  if (/^[1-9]\d{0,2},\d{3}$/u.test(plain)) {
    const [whole, part] = plain.split(",");
    return `“${plain}” may mean ${whole}${part} or ${whole}.${part}. Type it without a comma.`;
  }
  const last = Math.max(plain.lastIndexOf("."), plain.lastIndexOf(","));
  const whole = last < 0 ? plain : plain.slice(0, last);
  const again = last >= 0 && whole.includes(plain[last]); // 1,234,567: no decimal point at all
  const groups = again ? plain : whole;
  if (/[.,]/u.test(groups) && !/^\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*$/u.test(groups)) return undefined; // 1.2.3
  const joined = groups.replace(/[.,]/gu, "");
  const text = again || last < 0 ? joined : `${joined}.${plain.slice(last + 1)}`;
  return /^\d*\.?\d*$/u.test(text) && /\d/u.test(text) ? Number(text + power) : undefined;
}
