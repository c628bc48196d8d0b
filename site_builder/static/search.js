/* The search page: the query stands in the address (#q=…), facets count, hits are verified before they are shown. */
"use strict";
(function () {
  var PAGE = 10, CAP = 200, COUNT_ALL = 60;
  var FACETS = [["p", tell("points", {})], ["u", tell("unit", {})], ["y", tell("year", {})], ["k", tell("kind", {})]];
  var HEAD = document.title;
  var form = document.getElementById("f"), input = document.getElementById("q"), status = document.getElementById("st");
  var list = document.getElementById("hits"), more = document.getElementById("more"), facets = document.getElementById("fc");
  var chosen = document.getElementById("chosen"), direct = document.getElementById("direct"), round = 0, run = null;

  function state() {
    var hash = new URLSearchParams(location.hash.slice(1)), search = new URLSearchParams(location.search);
    var s = { q: hash.get("q") === null && !location.hash ? search.get("q") || "" : hash.get("q") || "" };
    FACETS.forEach(function (f) { s[f[0]] = hash.get(f[0]) || ""; });
    return s;
  }
  function address(s) {
    var hash = new URLSearchParams();
    hash.set("q", s.q);
    FACETS.forEach(function (f) { if (s[f[0]]) { hash.set(f[0], s[f[0]]); } });
    return "#" + hash.toString();
  }
  function go(s) { var to = address(s); if (location.hash === to) { start(); } else { location.hash = to; } }
  function say(text) { status.textContent = text; }
  function clear() { direct.textContent = ""; direct.hidden = true; list.textContent = ""; facets.textContent = ""; chosen.textContent = ""; chosen.hidden = true; more.hidden = true; }

  function passes(lib, s, d, except) {
    return FACETS.every(function (f) { return f[0] === except || !s[f[0]] || Z.facet(lib, f[0], d).indexOf(s[f[0]]) >= 0; });
  }

  function start() {
    var s = state(), mine = ++round;
    input.value = s.q;
    document.title = (s.q ? s.q + " · " : "") + HEAD;
    clear();
    if (!s.q.trim()) { say(""); return; }
    say(tell("looking", {}));
    Z.open().then(function (lib) {
      var question = Z.question(lib.names, s.q);
      if (mine !== round) { return null; }
      lead(lib, question, s.q);
      return Z.candidates(lib, question).then(function (answer) {
        if (mine !== round) { return null; }
        run = { lib: lib, state: s, question: question, sure: answer.sure, all: answer.found, gone: new Set(), at: 0, held: [], shown: 0, mine: mine,
                found: answer.found.filter(function (d) { return passes(lib, s, d, ""); }) };
        run.open = run.found.filter(function (d) { return !answer.sure.has(d); }).length;
        drawFacets();
        return proceed();
      });
    }).catch(function (error) { if (mine === round) { clear(); say(Z.sentence(error)); } });
  }

  /* A typed code or the name of a unit leads to its page; the same code in two frameworks gives two lines. */
  function lead(lib, question, typed) {
    var form = Z.searchForm(typed.trim()), found = question.points.map(function (p) { return [p[0], p[1], p[2]]; });
    if (form.length > 1) {
      lib.names.register.forEach(function (unit) {
        if ([unit[0]].concat(unit[3]).some(function (name) { return Z.searchForm(name).indexOf(form) >= 0; })) { found.push([unit[0], unit[1], ""]); }
      });
    }
    found.slice(0, 6).forEach(function (entry) {
      var item = Z.add(direct, "li");
      Z.addLink(item, entry[1], entry[0]);
      if (entry[2]) { Z.add(item, "span", "", " " + entry[2]); }
    });
    question.notes.forEach(function (note) { Z.add(direct, "li", "", note); });
    direct.hidden = !direct.children.length;
  }

  /* Verifies candidates in their order until a page of hits is there; of few candidates all, so that the count is exact.
     What is sure is loaded only to be shown. */
  function proceed() {
    var r = run, target = r.shown + PAGE, checked = 0;
    function step() {
      if (r.mine !== round) { return null; }
      while (r.held.length && r.shown < target) { draw(r.held.shift()); r.shown += 1; }
      var enough = r.shown >= target && (!r.open || r.found.length > COUNT_ALL);
      if (enough || r.at >= r.found.length || checked >= CAP) { report(checked >= CAP && r.shown < target); return null; }
      var few = r.found.slice(r.at, r.at + PAGE);
      r.at += few.length; checked += few.length;
      return Promise.all(few.map(function (d) {
        return Z.record(r.lib, d).then(function (record) {
          var good = r.sure.has(d) || Z.satisfies(r.lib, r.question.tree, record, d);
          return { d: d, record: record, spans: good ? Z.matches(record, r.question) || [] : null };
        });
      })).then(function (answers) {
        answers.forEach(function (a) { if (a.spans) { r.held.push(a); } else { r.gone.add(a.d); } });
        return step();
      });
    }
    more.disabled = true;
    return Promise.resolve(step()).then(function () { more.disabled = false; });
  }

  function report(capped) {
    var r = run, whole = r.at >= r.found.length || !r.open, number = r.found.length - r.gone.size, left = r.at < r.found.length || r.held.length;
    if (!number && whole) {
      say(tell("nothing", {}));
      Z.add(list, "li", "none", tell("nothing-how", {}));
    } else {
      say(tell(whole ? "found" : "about", { number: number }) + (r.shown < number ? tell("listed", { shown: r.shown }) : "") + tell("stop", {}) +
          (whole ? "" : tell("verified", { number: r.at })) + (capped ? tell("rare", {}) : ""));
    }
    more.hidden = !left || (whole && r.shown >= number);
    more.textContent = capped && r.shown % PAGE ? tell("verify-more", { number: CAP }) : tell("more", {});
    drawFacets();
  }

  function draw(hit) {
    var r = run, record = hit.record, item = Z.add(list, "li"), title = Z.add(item, "h3");
    var link = Z.addLink(title, "doc.html#" + encodeURIComponent(record.id) + "&q=" + encodeURIComponent(r.state.q), "");
    Z.marked(record, hit.spans, 0, record.title.length, link, true);
    var meta = Z.add(item, "p", "m"), first = true;
    function next() { if (!first) { meta.appendChild(document.createTextNode(" · ")); } first = false; }
    function field(name) { if (record[name].length) { next(); var at = Z.place(record, name); Z.marked(record, hit.spans, at[0], at[1], meta, true); } }
    function plain(text) { next(); meta.appendChild(document.createTextNode(text)); }
    field("number"); plain(record.unit[0]); plain(record.date || tell("filed", { day: record.received }));
    record.tags.forEach(function (tag) { if (tag[2]) { plain(tag[0]); } });
    if (record.name !== record.title) { field("name"); }
    if (record.original) { next(); Z.addLink(meta, encodeURI(record.original), tell("original", {})); }
    passages(record, hit.spans).forEach(function (p) {
      var line = Z.add(item, "p", "pas");
      if (p.page !== null) { Z.add(line, "span", "pg", tell("page", { number: p.page })); }
      if (p.start > record.body) { line.appendChild(document.createTextNode("…")); }
      Z.marked(record, hit.spans, p.start, p.end, line, true);
      if (p.end < record.shown.length) { line.appendChild(document.createTextNode("…")); }
    });
    if (record.reading) { Z.add(item, "p", "m", record.reading); }
  }
  function passages(record, spans) {
    var found = [], last = -1;
    spans.forEach(function (span) {
      if (span[0] < record.body || found.length >= 2 || span[0] < last) { return; }
      var start = Math.max(record.body, span[0] - 36), end = Math.min(record.shown.length, Math.max(span[1] + 60, start + 110));
      found.push({ start: start, end: end, page: Z.pageAt(record, span[0]) });
      last = end + 60;
    });
    if (!found.length && record.shown.length > record.body) {
      found.push({ start: record.body, end: Math.min(record.shown.length, record.body + 110), page: null });
    }
    return found;
  }

  function drawFacets() {
    var r = run, focus = document.activeElement && document.activeElement.getAttribute("data-f");
    facets.textContent = ""; chosen.textContent = "";
    FACETS.forEach(function (f) {
      var key = f[0], counts = new Map();
      r.all.forEach(function (d) {
        if (r.gone.has(d) || !passes(r.lib, r.state, d, key)) { return; }
        Z.facet(r.lib, key, d).forEach(function (v) { counts.set(v, (counts.get(v) || 0) + 1); });
      });
      var rows = Array.from(counts).sort(function (a, b) { return key === "y" ? (a[0] < b[0] ? 1 : -1) : b[1] - a[1] || (a[0] < b[0] ? -1 : 1); });
      if (!rows.length || (rows.length === 1 && !r.state[key])) { return; }
      var box = Z.add(facets, "div", "facet");
      Z.add(box, "h2", "", f[1]);
      var ul = Z.add(box, "ul");
      rows.slice(0, 8).concat(rows.slice(8).filter(function (row) { return row[0] === r.state[key]; })).forEach(function (row) {
        var button = Z.add(Z.add(ul, "li"), "button"), on = r.state[key] === row[0];
        button.type = "button";
        button.setAttribute("aria-pressed", on ? "true" : "false");
        button.setAttribute("data-f", key + row[0]);
        Z.add(button, "span", "", row[0]); Z.add(button, "span", "n", String(row[1]));
        button.onclick = function () { var s = Object.assign({}, r.state); s[key] = on ? "" : row[0]; go(s); };
        if (focus === key + row[0]) { button.focus(); }
      });
      if (rows.length > 8) { Z.add(box, "p", "small mute", tell("others", { number: rows.length - 8 })); }
      if (r.state[key]) {
        var off = Z.add(chosen, "button", "off", r.state[key] + " ×");
        off.type = "button"; off.setAttribute("aria-label", tell("without", { name: r.state[key] }));
        off.onclick = function () { var s = Object.assign({}, r.state); s[key] = ""; go(s); };
        chosen.hidden = false;
      }
    });
  }

  form.addEventListener("submit", function (event) { event.preventDefault(); go({ q: input.value }); });
  more.addEventListener("click", function () {
    var before = list.children.length;
    proceed().then(function () { var next = list.children[before]; if (next) { next.querySelector("a").focus(); } }).catch(function (error) { say(Z.sentence(error)); });
  });
  window.addEventListener("hashchange", start);
  document.getElementById("fbox").open = window.innerWidth > 1000;
  start();
  if (!input.value) { input.focus(); }
})();
