// What a mark's title says is shown at once beside the pointer, and a line goes through all lanes at the pointer's time.
(() => {
  const tip = document.createElement("div");
  tip.className = "tip";
  tip.hidden = true;
  document.body.append(tip);
  for (const title of document.querySelectorAll(".told > title")) {
    const mark = title.parentNode;
    mark.setAttribute("aria-label", title.textContent);
    title.remove();
  }
  const show = (mark, x, y) => {
    tip.hidden = !mark;
    if (!mark) return;
    tip.textContent = mark.getAttribute("aria-label");
    const { width, height } = tip.getBoundingClientRect();
    tip.style.left = `${Math.max(4, Math.min(x + 14, innerWidth - width - 4))}px`;
    tip.style.top = `${y + 18 + height > innerHeight ? y - height - 10 : y + 18}px`;
  };
  document.addEventListener("pointermove", (event) => {
    show(event.target.closest(".told"), event.clientX, event.clientY);
  });
  document.addEventListener("focusin", (event) => {
    const mark = event.target.closest(".told");
    const box = mark?.getBoundingClientRect();
    show(mark, box?.right ?? 0, box?.bottom ?? 0);
  });
  for (const lanes of document.querySelectorAll(".lanes")) {
    const charts = [...lanes.querySelectorAll("svg.chart")];
    const cursors = charts.map((chart) => {
      const cursor = document.createElementNS(chart.namespaceURI, "path");
      cursor.setAttribute("class", "cursor");
      chart.append(cursor);
      return cursor;
    });
    lanes.addEventListener("pointermove", (event) => {
      const chart = event.target.closest("svg.chart");
      if (!chart) return;
      const box = chart.getBoundingClientRect();
      const x = ((event.clientX - box.left) / box.width) * chart.viewBox.baseVal.width;
      const inside = x >= +chart.dataset.left && x <= +chart.dataset.right;
      cursors.forEach((cursor, i) => {
        const height = charts[i].viewBox.baseVal.height;
        cursor.setAttribute("d", inside ? `M${x} 14V${height - 46}` : "");
      });
    });
    lanes.addEventListener("pointerleave", () => cursors.forEach((c) => c.setAttribute("d", "")));
  }
})();
