/* The viewer of one document: doc.html#id, with the words of a query marked: doc.html#id&q=… */
"use strict";
(function () {
  var status = document.getElementById("st"), article = document.getElementById("doc"), site = document.title, first = document.getElementById("title").textContent;
  function by(id) { return document.getElementById(id); }
  function show() {
    status.hidden = false; by("title").textContent = first;
    var hash = location.hash.slice(1), cut = hash.indexOf("&"), id, q;
    try { id = decodeURIComponent(cut < 0 ? hash : hash.slice(0, cut)); } catch (e) { id = ""; }
    q = cut < 0 ? "" : new URLSearchParams(hash.slice(cut + 1)).get("q") || "";
    if (!id) { status.textContent = tell("no-id", {}); return; }
    Z.open().then(function (dir) { return Z.byId(dir, id); }).then(function (record) {
      if (!record) { status.textContent = tell("no-document", { id: id }); article.hidden = true; return; }
      draw(record, q);
    }).catch(function (error) { article.hidden = true; status.textContent = Z.sentence(error); });
  }
  function row(term, fill) {
    var box = Z.add(by("meta"), "div");
    Z.add(box, "dt", "", tell(term, {}));
    fill(Z.add(box, "dd"));
  }
  function draw(record, q) {
    status.textContent = ""; article.hidden = false; status.hidden = true;
    document.title = record.title + site.slice(site.indexOf(" · "));
    ["meta", "tags", "text", "act", "note", "finder"].forEach(function (name) { by(name).textContent = ""; });
    by("title").textContent = record.title;
    if (record.original) { Z.addLink(by("act"), encodeURI(record.original), tell("original", {})); }
    if (q) {
      if (record.original) { by("act").appendChild(document.createTextNode(" · ")); }
      Z.addLink(by("act"), "search.html#q=" + encodeURIComponent(q), tell("back", { q: q }));
    }
    var received = record.received + (record.version > 1 ? tell("version", { number: record.version }) : ""), dot = record.name.lastIndexOf(".");
    row("unit", function (dd) { if (record.unit[1]) { Z.addLink(dd, record.unit[1], record.unit[0]); } else { dd.textContent = record.unit[0]; } });
    var plain = record.elements.length ? [] : [["number", record.number], ["issuer", record.issuer], ["date", record.date]];
    plain.concat([["name", record.name],
     ["kind", dot > 0 ? record.name.slice(dot + 1).toUpperCase() : ""], ["pages", record.pages], ["received", received],
     ["reading", record.reading]]).forEach(function (pair) { if (pair[1]) { row(pair[0], function (dd) { dd.textContent = pair[1]; }); } });
    if (record.older.length) { row("replaced", function (dd) { dd.textContent = tell("older", { name: record.older[0], day: record.older[1] }); }); }
    by("paper").hidden = !record.elements.length; by("elements").textContent = "";
    record.elements.forEach(function (element) {
      var box = Z.add(by("elements"), "div"), dd;
      Z.add(box, "dt", "", element[0]);
      dd = Z.add(box, "dd", "", element[1]);
      Z.add(dd, "span", "why-tag", element[2]);
    });
    record.tags.forEach(function (tag) {
      var li = Z.add(by("tags"), "li", tag[2] ? "" : "proposed");
      if (tag[1]) { Z.addLink(li, tag[1], tag[0]); } else { Z.add(li, "b", "", tag[0]); }
      Z.add(li, "span", "why-tag", (tag[2] ? "" : tell("proposed", {})) + tell("reason", { basis: tag[3], reason: tag[4] }));
    });
    if (!record.tags.length) { Z.add(by("tags"), "li", "mute", tell("no-tags", {})); }
    drawPreview(record);
    drawText(record, q);
  }
  function drawPreview(record) {
    var box = by("preview"), link, image;
    box.textContent = ""; box.hidden = !record.preview;
    if (!record.preview) { return; }
    link = Z.addLink(box, encodeURI(record.original || record.preview), "");
    image = Z.add(link, "img");
    image.alt = tell("preview", {}); image.src = encodeURI(record.preview);
  }
  function drawText(record, q) {
    var holder = by("text"), query = q ? Z.parse(q) : null, spans = query && query.wanted.length ? Z.matches(record, query, 2000) : null;
    if (!record.shown.slice(record.body).trim()) {
      Z.add(holder, "p", "mute", record.reading ? tell("no-text-why", { why: record.reading }) : tell("no-text", {}));
      return;
    }
    if (record.text.length > 1) { by("note").textContent = tell("page-count", { count: record.text.length }); }
    record.text.forEach(function (page, n) {
      var start = record.starts[n], section = Z.add(holder, "section", "page");
      if (page[0] !== null) { section.id = "page-" + page[0]; Z.add(section, "h3", "", tell("page", { number: page[0] })); }
      Z.marked(record, spans || [], start, start + page[1].length, Z.add(section, "div", "body"), false);
    });
    if (q) { finder(spans); }
  }
  function finder(spans) {
    var marks = by("text").getElementsByTagName("mark"), box = by("finder"), at = -1;
    box.hidden = false;
    if (!spans || !marks.length) { box.textContent = spans ? tell("only-head", {}) : tell("not-in-text", {}); return; }
    var label = Z.add(box, "span", "", tell("places", { count: marks.length }));
    function move(by_) {
      if (at >= 0) { marks[at].className = ""; }
      at = (at + by_ + marks.length) % marks.length;
      marks[at].className = "now";
      marks[at].scrollIntoView({ block: "center" });
      label.textContent = tell("place", { count: marks.length, number: at + 1 });
    }
    [["before", -1], ["after", 1]].forEach(function (entry) {
      var button = Z.add(box, "button", "btn", tell(entry[0], {}));
      button.type = "button";
      button.onclick = function () { move(entry[1]); };
    });
    move(1);
  }
  window.addEventListener("hashchange", show);
  show();
})();
