// Filters rows of a page by the controls of a form: what several tools share.

/**
 * Text as it is compared: small letters, no accents, no punctuation.
 * @param {string} text
 * @returns {string}
 */
export function plain(text) {
  return text
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}

/**
 * Whether every word of `query` begins some word of `text`, a slip of one letter allowed in words of five and more.
 * @param {string} query plain text, as `plain` gives it
 * @param {string} text plain text
 * @returns {boolean}
 */
export function matches(query, text) {
  const words = text.split(" ");
  return query
    .split(" ")
    .filter(Boolean)
    .every((wanted) => words.some((word) => word.startsWith(wanted) || (wanted.length > 4 && nearly(wanted, word))));
}

/** Whether `word` begins with `wanted` but for one letter: changed, missing, one too many, or two in the wrong order. */
function nearly(wanted, word) {
  let i = 0;
  while (i < wanted.length && wanted[i] === word[i]) i += 1;
  if (i === 0) return false; // the first letter is seldom the wrong one
  return (
    word.startsWith(wanted.slice(i + 1), i + 1) ||
    word.startsWith(wanted.slice(i), i + 1) ||
    word.startsWith(wanted.slice(i + 1), i) ||
    (wanted[i] === word[i + 1] && wanted[i + 1] === word[i] && word.startsWith(wanted.slice(i + 2), i + 2))
  );
}

/**
 * Keeps the rows that meet every control of the form. A control `name="group"` is held against the row's `data-group`
 * (values with spaces between); one of `type="search"` against its `data-words` and its first cell. Several ticked boxes
 * of one name mean "any of these".
 * @param {HTMLFormElement} form
 * @param {HTMLElement[]} rows
 * @param {(shown: HTMLElement[]) => void} told called with the rows that are left, first at once and then at each change
 */
export function filterRows(form, rows, told) {
  const words = new Map();

  /** The words of a row, made ready when they are first looked for: at the start a long table has none to spare. */
  function wordsOf(row) {
    if (!words.has(row)) words.set(row, plain(`${row.dataset.words ?? ""} ${row.cells?.[0]?.textContent ?? row.textContent}`));
    return words.get(row);
  }

  function apply() {
    const wanted = new Map();
    let query = "";
    for (const control of form.elements) {
      if (!control.name || control.disabled || control.closest("[data-not-a-filter]")) continue;
      if (control.type === "search") query = plain(control.value);
      else if (["checkbox", "radio"].includes(control.type) ? control.checked && control.value : control.value)
        wanted.set(control.name, [...(wanted.get(control.name) ?? []), control.value]);
    }
    const shown = [];
    for (const row of rows) {
      const fits =
        (!query || matches(query, wordsOf(row))) &&
        [...wanted].every(([name, values]) => {
          const own = (row.dataset[name] ?? "").split(" ");
          return values.some((value) => own.includes(value));
        });
      row.hidden = !fits;
      if (fits) shown.push(row);
    }
    told(shown);
  }

  form.addEventListener("input", apply);
  form.addEventListener("reset", () => setTimeout(apply)); // the controls change after this event
  form.addEventListener("submit", (event) => event.preventDefault());
  apply();
}
