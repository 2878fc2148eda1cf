// The table of the class: sort, filter, search.

const table = document.getElementById("people");
const rows = [...table.tBodies[0].rows];
const search = document.getElementById("search");
const level = document.getElementById("level");
const waiting = document.getElementById("waiting");

function filter() {
  const wanted = search.value.trim().toLocaleLowerCase();
  let shown = 0;
  for (const row of rows) {
    row.hidden = !(
      row.textContent.toLocaleLowerCase().includes(wanted) &&
      (!level.value || row.dataset.level === level.value) &&
      (!waiting.checked || row.dataset.waiting !== "0")
    );
    shown += !row.hidden;
  }
  document.getElementById("shown").textContent = `${shown} shown`;
}

function sort(head, kind) {
  const down = head.ariaSort === "ascending";
  const value = (row) => row.cells[head.cellIndex].dataset.value ?? row.cells[head.cellIndex].textContent.trim();
  const compare = kind === "number" ? (a, b) => value(a) - value(b) : (a, b) => value(a).localeCompare(value(b));
  for (const other of head.parentElement.cells) other.removeAttribute("aria-sort");
  head.ariaSort = down ? "descending" : "ascending";
  table.tBodies[0].append(...rows.sort((a, b) => (down ? compare(b, a) : compare(a, b))));
}

for (const field of [search, level, waiting]) field.addEventListener("input", filter);
table.tHead.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button) sort(button.closest("th"), button.dataset.sort);
});
