/**
 * How much B12 is likely absorbed from a dose: the browser's copy of macros/absorption.py, held to it by
 * tests/test_absorption.py. It is a model, not a measurement. The numbers stand in data/models/absorption.yml and come
 * from the page, in the data attributes of an element; none stands here.
 *
 * A range is { low, high }. Parameters are { share, capacity, diffusion }, each a range: shares from 0 to 1, the
 * capacity in micrograms for one meal.
 */

const NAMES = ["share", "capacity", "diffusion"];

/** The parameters in an element's `dataset`; a RangeError where one is missing or makes no sense. */
export function readParameters(dataset) {
  const parameters = {};
  for (const name of NAMES) {
    const [low, high] = ["Low", "High"].map((end) => {
      const text = dataset[name + end];
      return text === undefined || text.trim() === "" ? NaN : Number(text);
    });
    const most = name === "capacity" ? Number.MAX_VALUE : 1;
    if (!(low >= 0 && low <= high && high <= most)) {
      throw new RangeError(`${name} from ${low} to ${high}`);
    }
    parameters[name] = { low, high };
  }
  return parameters;
}

/**
 * The range of what is likely absorbed from one meal or tablet, in micrograms.
 * `intrinsicFactor` is false where the intrinsic-factor route has failed: diffusion alone is left.
 * A RangeError where the dose is negative or not a finite number.
 */
export function absorbed(dose, parameters, intrinsicFactor = true) {
  if (!Number.isFinite(dose) || dose < 0) {
    throw new RangeError(`a dose of ${dose} micrograms`);
  }
  const bound = (end) => {
    const byRoute = intrinsicFactor ? Math.min(parameters.share[end] * dose, parameters.capacity[end]) : 0;
    return byRoute + parameters.diffusion[end] * (dose - byRoute);
  };
  return { low: bound("low"), high: bound("high") };
}

/** The same for meals so far apart (4 to 6 hours) that the route has recovered: the sum over the meals. */
export function absorbedFromMeals(doses, parameters, intrinsicFactor = true) {
  const sum = { low: 0, high: 0 };
  for (const dose of doses) {
    const one = absorbed(dose, parameters, intrinsicFactor);
    sum.low += one.low;
    sum.high += one.high;
  }
  return sum;
}
