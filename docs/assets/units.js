/**
 * Laboratory units: the browser's copy of macros/units.py, held to it by tests/test_units.py. The units are those of
 * data/vocab/unit.yml; the molar mass of what was measured (grams per mole) comes from the page.
 */

/** Units of mass in a volume, each in nanograms per litre. */
const MASS = new Map([
  ["ng/L", 1],
  ["pg/mL", 1],
  ["ng/mL", 1e3],
  ["micrograms-per-litre", 1e3],
  ["µg/mL", 1e6],
]);

/** Units of amount in a volume, each in picomoles per litre. */
const AMOUNT = new Map([
  ["pmol/L", 1],
  ["nmol/L", 1e3],
  ["µmol/L", 1e6],
  ["mmol/L", 1e9],
]);

/**
 * A concentration in another unit. A RangeError where the value is negative or not a finite number, a unit is none of
 * a concentration, or the two units are of different systems and no molar mass above 0 is given.
 */
export function converted(value, start, end, molarMass = null) {
  if (!Number.isFinite(value) || value < 0) {
    throw new RangeError(`a concentration of ${value}`);
  }
  for (const unit of [start, end]) {
    if (!MASS.has(unit) && !AMOUNT.has(unit)) {
      throw new RangeError(`the unit ${unit}`);
    }
  }
  if (MASS.has(start) === MASS.has(end)) {
    const system = MASS.has(start) ? MASS : AMOUNT;
    return (value * system.get(start)) / system.get(end);
  }
  if (!Number.isFinite(molarMass) || molarMass <= 0) {
    throw new RangeError(`from ${start} to ${end} by a molar mass of ${molarMass}`);
  }
  const nanogramsInPicomole = molarMass / 1e3;
  if (AMOUNT.has(start)) {
    return (value * AMOUNT.get(start) * nanogramsInPicomole) / MASS.get(end);
  }
  return (value * MASS.get(start)) / nanogramsInPicomole / AMOUNT.get(end);
}
