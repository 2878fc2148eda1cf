"use strict";
(() => {
  const table = document.getElementById("people");
  const rows = Array.from(table.tBodies[0].rows);
  const key = (row, column) => row.cells[column].dataset.sort ?? row.cells[column].textContent.trim().toLowerCase();

  const compare = (first, second) => {
    const [a, b] = [Number(first), Number(second)];
    return first !== "" && second !== "" && !Number.isNaN(a) && !Number.isNaN(b) ? a - b : first.localeCompare(second);
  };

  const sort = (head, column) => {
    const down = head.getAttribute("aria-sort") === "ascending";
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    rows.sort((a, b) => (down ? -1 : 1) * compare(key(a, column), key(b, column)));
    table.tBodies[0].append(...rows);
  };

  Array.from(table.tHead.rows[0].cells).forEach((head, column) => {
    if (!head.dataset.sortable) return;
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    button.addEventListener("click", () => sort(head, column));
    head.append(button);
  });

  const field = document.createElement("input");
  field.type = "search";
  field.setAttribute("aria-label", "Search the table by name, level or outcome");
  field.placeholder = "Search";
  const told = document.createElement("span");
  told.setAttribute("role", "status");
  field.addEventListener("input", () => {
    const wanted = field.value.trim().toLowerCase();
    for (const row of rows) row.hidden = !row.textContent.toLowerCase().includes(wanted);
    told.textContent = wanted ? `${rows.filter((row) => !row.hidden).length} of ${rows.length}` : "";
  });
  const line = document.createElement("p");
  line.className = "search";
  line.append(field, told);
  document.getElementById("everybody").after(line);
})();
