/* Tables that can be sorted by any column and narrowed by words and status. Without this script they are complete and in order. */
"use strict";
(function () {
  var SORT_FROM = 4, FILTER_FROM = 12;

  function add(parent, name, style, text) {
    var element = document.createElement(name);
    if (style) { element.className = style; }
    if (text) { element.textContent = text; }
    parent.appendChild(element);
    return element;
  }

  /* What a cell is sorted by: its rank where it has one, else a number at its beginning, else its text; nothing comes last. */
  function key(cell) {
    if (!cell) { return null; }
    if (cell.hasAttribute("data-order")) { return Number(cell.getAttribute("data-order")); }
    var copy = cell.cloneNode(true), labels = copy.querySelectorAll(".lb, .lb-after");
    for (var i = 0; i < labels.length; i += 1) { labels[i].remove(); }
    var text = copy.textContent.trim();
    if (text === "" || text === "—") { return null; }
    return cell.classList.contains("n") ? parseFloat(text.replace(/,/g, "")) : text;
  }
  function compare(a, b) {
    if (a === null || b === null) { return a === b ? 0 : a === null ? 1 : -1; }
    return typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b), "zh-Hans-CN", { numeric: true });
  }

  function sortable(table, body, heads) {
    heads.forEach(function (head, column) {
      var name = head.textContent.trim(), button;
      head.textContent = "";
      button = add(head, "button", "sort", name);
      button.type = "button";
      button.title = tell("sort", { name: name });
      button.onclick = function () {
        var up = head.getAttribute("aria-sort") !== "ascending";
        heads.forEach(function (other) { other.removeAttribute("aria-sort"); });
        head.setAttribute("aria-sort", up ? "ascending" : "descending");
        Array.from(body.rows).map(function (row, place) { return { row: row, key: key(row.cells[column]), place: place }; }).sort(function (a, b) {
          var order = compare(a.key, b.key);
          return (a.key === null || b.key === null || up ? order : -order) || a.place - b.place;
        }).forEach(function (entry) { body.appendChild(entry.row); });
      };
    });
  }

  function statuses(row) { return Array.from(row.querySelectorAll("td .tag")).map(function (tag) { return tag.textContent.trim(); }); }

  function filtered(section, body, number) {
    var rows = Array.from(body.rows), box = document.createElement("p"), id = "filter-" + number, words = [], select, input, told;
    rows.forEach(function (row) {
      statuses(row).forEach(function (word) { if (words.indexOf(word) < 0) { words.push(word); } });
    });
    box.className = "filter noprint";
    add(box, "label", "", tell("filter", {})).htmlFor = id;
    input = add(box, "input");
    input.id = id; input.type = "search"; input.autocomplete = "off"; input.placeholder = tell("filter-hint", {});
    if (words.length > 1) {
      select = add(box, "select");
      select.setAttribute("aria-label", tell("status", {}));
      add(select, "option", "", tell("all", {})).value = "";
      words.forEach(function (word) { add(select, "option", "", word).value = word; });
    }
    told = add(box, "span", "mute");
    told.setAttribute("role", "status");
    function narrow() {
      var wanted = input.value.toLowerCase().split(/\s+/).filter(Boolean), shown = 0;
      rows.forEach(function (row) {
        var text = row.textContent.toLowerCase();
        var fits = wanted.every(function (word) { return text.indexOf(word) >= 0; });
        if (select && select.value && statuses(row).indexOf(select.value) < 0) { fits = false; }
        row.hidden = !fits;
        shown += fits ? 1 : 0;
      });
      told.textContent = wanted.length || (select && select.value) ? tell("shown", { shown: shown, all: rows.length }) : "";
    }
    input.oninput = narrow;
    if (select) { select.onchange = narrow; }
    section.parentNode.insertBefore(box, section);
  }

  Array.from(document.querySelectorAll("main table.data")).forEach(function (table, number) {
    var body = table.tBodies[0], heads = table.tHead ? Array.from(table.tHead.rows[0].cells) : [];
    if (table.tBodies.length !== 1 || !heads.length) { return; }
    if (body.rows.length >= SORT_FROM) { sortable(table, body, heads); }
    if (body.rows.length >= FILTER_FROM) { filtered(table.parentNode, body, number); }
  });
})();
