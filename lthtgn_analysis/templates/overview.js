(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").replace(/[đĐ]/g, "d").toLowerCase().replace(/[^a-z0-9]/g, "");

  const overview = document.querySelector(".overview");
  const form = document.getElementById("find");
  const query = document.getElementById("query");
  const count = document.getElementById("found-count");
  const found = document.getElementById("found");

  const matches = () => {
    const key = fold(query.value);
    const byName = new Map();
    for (const row of all(".provinces tbody tr")) {
      const hit = row.dataset.key.includes(key);
      row.hidden = Boolean(key) && !hit;
      const name = row.querySelector("th a");
      if (key && hit && name) byName.set(name.textContent, name.getAttribute("href"));
    }
    for (const tile of all(".tile")) tile.classList.toggle("hit", Boolean(key) && tile.dataset.key.includes(key));
    for (const card of all(".cards:not(.single) > li")) {
      card.hidden = Boolean(key) && !fold(card.firstElementChild.textContent).includes(key);
    }
    overview.classList.toggle("searching", Boolean(key));
    return { key, byName };
  };

  query.addEventListener("input", () => {
    const { key, byName } = matches();
    const named = new Set(all(".tile.hit").map((tile) => tile.dataset.key)).size;
    count.textContent = !key ? "" : named ? count.dataset.some.replace("#", named) : count.dataset.none;
    found.replaceChildren(...[...byName].slice(0, 8).map(([name, href]) => {
      const item = document.createElement("li");
      const link = document.createElement("a");
      link.href = href;
      link.textContent = name;
      item.append(link);
      return item;
    }));
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const first = found.querySelector("a");
    if (first) first.click();
  });

  for (const head of all(".provinces th[data-sort]")) {
    const table = head.closest("table");
    const body = table.tBodies[0];
    // no real button: Chromium leaves those out where a table's head is repeated on the next sheet
    const button = document.createElement("span");
    button.setAttribute("role", "button");
    button.tabIndex = 0;
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      button.click();
    });
    button.addEventListener("click", () => {
      const before = head.getAttribute("aria-sort");
      const first = head.dataset.sort === "text" ? "ascending" : "descending";
      const next = !before ? first : before === "ascending" ? "descending" : "ascending";
      for (const other of all("th[aria-sort]", table)) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", next);
      const at = head.cellIndex;
      const sign = next === "ascending" ? 1 : -1;
      const keyed = [...body.rows].map((row) => {
        const value = row.cells[at].dataset.value;
        return { row, value: Number(value), missing: value === "", rank: Number(row.cells[0].dataset.value) };
      });
      keyed.sort((a, b) => a.missing - b.missing || (a.missing ? 0 : sign * (a.value - b.value)) || a.rank - b.rank);
      body.append(...keyed.map(({ row }) => row));
    });
  }
})();
