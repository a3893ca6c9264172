"use strict";
const rows = JSON.parse(document.getElementById("rows").textContent);
const columns = JSON.parse(document.getElementById("columns").textContent);
const boxes = [...document.querySelectorAll("input[data-row]")];
const save = document.getElementById("save");
const count = document.getElementById("count");
const pair = (number) => [document.getElementById(`mark-${number}`), document.getElementById(`row-${number}`)];

function refresh() {
  const accepted = boxes.filter((box) => box.checked);
  for (const box of boxes) pair(box.dataset.row)[0].classList.toggle("accepted", box.checked);
  count.textContent = `${accepted.length} / ${boxes.length}`;
  save.disabled = accepted.length === 0;
}

function cell(value) {
  const text = value === null ? "" : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function download() {
  const accepted = boxes.filter((box) => box.checked).map((box) => rows[Number(box.dataset.row) - 1]);
  const lines = [columns, ...accepted].map((row) => row.map(cell).join(","));
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([lines.join("\n") + "\n"], { type: "text/csv;charset=utf-8" }));
  link.download = save.dataset.name;
  link.click();
  URL.revokeObjectURL(link.href);
}

function point(number, on) {
  for (const element of pair(number)) element.classList.toggle("here", on);
}

for (const box of boxes) {
  const number = box.dataset.row;
  box.addEventListener("change", refresh);
  for (const element of pair(number)) {
    element.addEventListener("mouseenter", () => point(number, true));
    element.addEventListener("mouseleave", () => point(number, false));
    element.addEventListener("focusin", () => point(number, true));
    element.addEventListener("focusout", () => point(number, false));
  }
}
document.getElementById("all").addEventListener("click", () => {
  for (const box of boxes) if (Number(box.dataset.confidence) >= 0.9) box.checked = true;
  refresh();
});
document.getElementById("none").addEventListener("click", () => {
  for (const box of boxes) box.checked = false;
  refresh();
});
save.addEventListener("click", download);
refresh();
