// The claims page: filter by words, subject and verdict.

import { filterRows } from "./filter.js";

const form = document.querySelector("form.filter");
const rows = [...document.querySelectorAll("table.claims tr[data-topic]")];
const status = form.querySelector("[role=status]");

filterRows(form, rows, (shown) => {
  for (const group of document.querySelectorAll("table.claims tbody")) {
    group.hidden = ![...group.rows].some((row) => row.dataset.topic && !row.hidden);
  }
  status.textContent =
    shown.length === 0
      ? "No claim fits. Try another word, or show all."
      : `${shown.length} of ${rows.length} claims.`;
});
