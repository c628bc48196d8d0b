/* Reading what is typed, as the indexer does (indexer/parse.py, question.py, verdict.py): the same tree, the same meaning.
   A tree is an array: ["phrase", text, part, open], ["property", name, values], ["not", tree], ["and", trees], ["or", trees]. */
"use strict";
(function () {
  var PARTS = { "文号": "number", "number": "number", "标题": "title", "title": "title", "文件名": "name", "name": "name" };
  var PROPERTIES = {
    "要点": "point", "评估要点": "point", "point": "point", "单位": "unit", "学校": "unit", "unit": "unit", "科室": "department",
    "责任科室": "department", "部门": "department", "department": "department", "年份": "year", "年度": "year", "年": "year",
    "year": "year", "类型": "type", "格式": "type", "type": "type", "状态": "status", "status": "status", "依据": "basis", "basis": "basis"
  };
  var CLOSING = { "\"": "\"", "＂": "＂", "“": "”", "”": "”", "„": "”", "「": "」", "『": "』" };
  var OPEN = "(（", CLOSE = ")）", MINUS = "-－−–—", STARS = "*＊", BARS = "|｜", COMMAS = ",，、", DEEPEST = 30;
  var OPERATORS = { "or": "OR", "and": "AND", "not": "NOT" };
  var YEAR = "((?:19|20)[0-9]{2})", YEARS = new RegExp("^(?:" + YEAR + "?年?(?:\\.\\.+|-+|…+|至|到)" + YEAR + "?年?|" + YEAR + "年?)$");
  // Python's white space, which JavaScript's differs from by a few characters.

  var BLANKS = "[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]", SPACE = new RegExp(BLANKS), LETTER = "[\\p{L}\\p{Nl}\\p{No}]";
  // Document numbers as people type them (indexer/number.py), in characters from the start.
  var NUMBER = new RegExp("^(" + LETTER + "{0,20})[(（\\[［〔【〖{｛<〈《]B*((?:[1１][9９]|[2２][0０])\\p{Nd}\\p{Nd})B*年?B*[)）\\]］〕】〗}｝>〉》]B*第?B*(\\p{Nd}{1,5})B*号".replace(/B\*/g, BLANKS + "*"), "u");
  var FIELD = new RegExp("^(" + LETTER + "+)[:：﹕]", "u");

  function has(own, key) { return Object.prototype.hasOwnProperty.call(own, key); }
  function within(set, c) { return c !== undefined && c !== "" && set.indexOf(c) >= 0; }
  function propertyValues(name, text) {
    var form = Z.searchForm(text);
    if (name !== "year") { return form ? [form] : []; }
    var m = YEARS.exec(form);
    if (!m || !(m[1] || m[2] || m[3])) { return []; }
    var ends = [+(m[3] || m[1] || 1900), +(m[3] || m[2] || 2099)].sort(function (a, b) { return a - b; }), years = [];
    for (var year = ends[0]; year <= ends[1]; year++) { years.push(String(year)); }
    return years;
  }
  function unique(values) { return Array.from(new Set(values)); }

  function Group(negated) { this.negated = negated; this.conjuncts = []; this.joining = false; this.negating = false; }
  Group.prototype.add = function (tree) {
    if (this.negating) { tree = ["not", tree]; }
    if (this.joining && this.conjuncts.length) { this.conjuncts[this.conjuncts.length - 1].push(tree); } else { this.conjuncts.push([tree]); }
    this.joining = this.negating = false;
  };
  Group.prototype.close = function () {
    var parts = this.conjuncts.map(function (options) { return options.length === 1 ? options[0] : ["or", options]; });
    if (!parts.length) { return null; }
    var tree = parts.length === 1 ? parts[0] : ["and", parts];
    return this.negated ? ["not", tree] : tree;
  };

  function parse(query) {
    // Characters, not halves of them, as Python counts.
    var q = Array.from(query), at = 0, groups = [new Group(false)], marks = [];
    function here() { return q[at]; }
    function last() { return groups[groups.length - 1]; }
    function space(c) { return c !== undefined && SPACE.test(c); }
    function endsWord(i) { return i >= q.length || space(q[i]) || within(CLOSE + STARS + BARS, q[i]); }
    function close() { var tree = groups.pop().close(); if (tree !== null) { last().add(tree); } }
    function bar() { if (!within(BARS, here())) { return false; } last().joining = true; at += 1; return true; }
    function opensGroup() {
      for (var depth = 0, i = at; i < q.length; i++) {
        var quote = has(CLOSING, q[i]) ? CLOSING[q[i]] : null, end = quote ? q.indexOf(quote, i + 1) : -1;
        if (end >= 0) { i = end; }
        depth += (within(OPEN, q[i]) ? 1 : 0) - (within(CLOSE, q[i]) ? 1 : 0);
        if (depth === 0) { return endsWord(i + 1); }
      }
      return true;
    }
    function parenthesis() {
      if (within(CLOSE, here()) && groups.length > 1) { close(); }
      else if (within(OPEN, here()) && groups.length === DEEPEST) { /* left out */ }
      else if (within(OPEN, here()) && opensGroup()) {
        var negated = last().negating;
        last().negating = false;
        groups.push(new Group(negated));
      } else { return false; }
      at += 1;
      return true;
    }
    function minus() {
      var next = q[at + 1];
      if (!within(MINUS, here()) || next === undefined || space(next) || within(MINUS + CLOSE + BARS, next)) { return false; }
      last().negating = true; at += 1;
      return true;
    }
    /* A document number is one phrase, also as it is written by rule: with plain brackets, without 第 and leading zeros. */
    function docNumber(part) {
      var m = NUMBER.exec(q.slice(at).join(""));
      if (!m) { return false; }
      at += Array.from(m[0]).length;
      var rest = take("", true).replace(/[*＊]+$/, ""), digits = Z.searchForm(m[3]);
      var ruled = Z.searchForm(m[1] + "(" + m[2] + ")" + (/^[0-9]+$/.test(digits) ? +digits : digits) + "号" + rest);
      var ways = unique(part ? [ruled] : [ruled, Z.searchForm(m[0] + rest)]).map(function (form) { return ["phrase", form, part, false]; });
      last().add(ways.length === 1 ? ways[0] : ["or", ways]);
      return true;
    }
    function quotation(ends) {
      var closing = has(CLOSING, here() || "") ? CLOSING[here()] : null, end = closing ? q.indexOf(closing, at + 1) : -1;
      if (end < 0 || !(endsWord(end + 1) || within(ends, q[end + 1]))) { return null; }
      var inside = q.slice(at + 1, end).join("");
      at = end + 1;
      return inside;
    }
    function put(text, part, quoted, open) {
      var form = Z.searchForm(text);
      if (!form) { return; }
      Z.rules().runs.lastIndex = 0;
      if (quoted || part || Z.rules().runs.test(form)) { last().add(["phrase", form, part, open]); } else { marks.push(["phrase", form, part, open]); }
    }
    function quoted(part) {
      var inside = quotation("");
      if (inside === null) { return false; }
      var starred = within(STARS, here());
      if (starred) { at += 1; }
      put(inside, part, true, starred);
      return true;
    }
    function take(stops, begun) {
      var start = at, depth = 0;
      while (at < q.length) {
        var inside = begun || at > start;
        if (space(here()) || (inside && within(BARS + stops, here()))) { break; }
        if (inside && within(CLOSE, here()) && depth === 0 && groups.length > 1) { break; }
        depth = Math.max(0, depth + (within(OPEN, here()) ? 1 : 0) - (within(CLOSE, here()) ? 1 : 0));
        at += 1;
      }
      return q.slice(start, at).join("");
    }
    function putWord(word, part) {
      word = withoutLoneQuotes(Array.from(word)).join("");
      var bare = word.replace(/[*＊]+$/, "");
      put(bare || word, part, false, within(STARS, word.slice(-1)));
    }
    function values(name) {
      var found = [];
      for (;;) {
        var inside = quotation(COMMAS), own = propertyValues(name, inside === null ? take(COMMAS) : inside);
        if (!own.length) { return []; }
        found = found.concat(own);
        if (at + 1 >= q.length || !within(COMMAS, here()) || space(q[at + 1])) { return unique(found); }
        at += 1;
      }
    }
    function field() {
      var m = FIELD.exec(q.slice(at).join("")), name = m ? Z.searchForm(m[1]) : "";
      if (!m || !(has(PARTS, name) || has(PROPERTIES, name))) { return false; }
      var start = at, after = at + Array.from(m[0]).length;
      while (after < q.length && space(q[after])) { after += 1; }
      if (after >= q.length) { return false; }
      at = after;
      if (has(PARTS, name)) {
        var part = PARTS[name];
        if (!(quoted(part) || (part === "number" && docNumber(part)))) { putWord(take(""), part); }
        return true;
      }
      var own = values(PROPERTIES[name]);
      if (own.length) { last().add(["property", PROPERTIES[name], own]); } else { at = start; }
      return own.length > 0;
    }
    function word() {
      var w = take(""), upper = w === w.toUpperCase() && w !== w.toLowerCase(), form = upper ? Z.searchForm(w) : "";
      var operator = upper ? (has(OPERATORS, form) ? OPERATORS[form] : null) : w === "或" ? "OR" : null;
      if (operator === "OR") { last().joining = true; } else if (operator === "NOT") { last().negating = true; } else if (operator === null) { putWord(w, ""); }
    }
    while (at < q.length) {
      if (space(here())) { at += 1; } else if (!(bar() || docNumber("") || parenthesis() || minus() || quoted("") || field())) { word(); }
    }
    while (groups.length > 1) { close(); }
    var tree = groups[0].close(), form = Z.searchForm(query);
    if (tree === null) { tree = marks.length === 1 ? marks[0] : marks.length || !form ? ["and", marks] : ["phrase", form, "", false]; }
    return tree;
  }

  function withoutLoneQuotes(word) {
    var first = word[0], end;
    if (word.length > 1 && has(CLOSING, first) && word.indexOf(CLOSING[first], 1) < 0) { word = word.slice(1); }
    end = word[word.length - 1];
    var opening = Object.keys(CLOSING).filter(function (mark) { return CLOSING[mark] === end; }), before = word.slice(0, -1);
    return word.length > 1 && opening.length && !opening.some(function (mark) { return before.indexOf(mark) >= 0; }) ? before : word;
  }

  function phrasesOf(tree) {
    if (tree[0] === "phrase") { return [tree]; }
    return tree[0] === "and" || tree[0] === "or" ? [].concat.apply([], tree[1].map(phrasesOf)) : [];
  }
  /* What to mark in a text: the phrases a document may match, each once. */
  function wanted(tree) {
    var seen = new Set();
    return phrasesOf(tree).filter(function (p) { var key = p.join("\n"), old = seen.has(key); seen.add(key); return !old; })
      .map(function (p) { return { text: p[1], part: p[2], open: p[3] }; });
  }

  /* ---- names: ids in the place of what was typed, and what to tell of names that mean nothing here ---- */
  function frameworksCalled(names, word) {
    return names.frameworks.filter(function (f) { return !word || f[1].some(function (name) { return Z.searchForm(name) === word; }); })
      .map(function (f) { return f[0]; });
  }
  /* The points a folded code means, those of an indicator or dimension too; null when it is no such code of a framework here. */
  function pointsCalled(names, form, kinds) {
    var m = /^(.*?)[\/ ]?([abc])([0-9]{1,3})$/u.exec(form), meant = m && kinds.indexOf(m[2]) >= 0 ? frameworksCalled(names, m[1].trim()) : [];
    if (!m || !meant.length) { return null; }
    return names.points.filter(function (p) { return meant.indexOf(p[3]) >= 0 && p.slice(4).indexOf(m[2] + +m[3]) >= 0; });
  }
  function key(point) { return Z.searchForm(point[3] + "/" + point[4]); }
  function known(names) {
    var most = new Map();
    names.points.forEach(function (p) { most.set(p[0].replace(/ ?C\d+$/, ""), p[4].toUpperCase()); });
    return Array.from(most).map(function (pair) { return pair[0] + " C1-" + pair[1]; }).join("、");
  }
  function resolveValue(names, name, value, notes) {
    var exact, holding;
    if (name === "point") {
      var found = pointsCalled(names, value, "abc");
      if (found === null) {
        var called = frameworksCalled(names, value);
        found = names.points.filter(function (p) { return called.indexOf(p[3]) >= 0; });
      }
      if (!found.length && names.frameworks.length) { notes.push(tell("no-point", { value: value.toUpperCase(), known: known(names) })); }
      return found.length ? found.map(key) : [value];
    }
    if (name === "type") {
      var kind = value.replace(/^\*+/, "").replace(/^\.+/, "");
      return has(names.types, kind) ? names.types[kind] : [kind.split(".").pop() || value];
    }
    if (name === "basis") {
      exact = Object.keys(names.bases).filter(function (basis) { return value === basis || names.bases[basis].indexOf(value) >= 0; });
      if (!exact.length) { notes.push(tell("no-basis", { value: value })); }
      return exact.length ? exact : [value];
    }
    if (name === "unit") {
      var units = names.register.map(function (u) { return [Z.searchForm(u[2]), [u[2], u[0]].concat(u[3]).map(Z.searchForm)]; });
      exact = units.filter(function (u) { return u[1].indexOf(value) >= 0; });
      holding = units.filter(function (u) { return u[1].some(function (n) { return n.indexOf(value) >= 0; }); });
      if (!holding.length && units.length) { notes.push(tell("no-unit", { value: value })); }
      holding = (exact.length ? exact : holding).map(function (u) { return u[0]; });
      return holding.length ? holding : [value];
    }
    if (name === "department") {
      exact = names.departments.filter(function (d) { return Z.searchForm(d[0]) === value; });
      holding = names.departments.filter(function (d) { return Z.searchForm(d[0]).indexOf(value) >= 0; });
      if (!holding.length) { notes.push(tell("no-department", { value: value, known: names.departments.map(function (d) { return d[0]; }).sort().join("、") })); }
      return [].concat.apply([], (exact.length ? exact : holding).map(function (d) { return d[1].map(Z.searchForm); }));
    }
    return [value];
  }
  function resolve(names, tree, notes) {
    if (tree[0] === "phrase") { return tree; }
    if (tree[0] === "not") { return ["not", resolve(names, tree[1], notes)]; }
    if (tree[0] !== "property") { return [tree[0], tree[1].map(function (part) { return resolve(names, part, notes); })]; }
    if (tree[1] === "status") { return statuses(names, tree[2], notes); }
    var values = [].concat.apply([], tree[2].map(function (value) { return resolveValue(names, tree[1], value, notes); }));
    return ["property", tree[1] === "department" ? "point" : tree[1], unique(values)];
  }
  function statuses(names, values, notes) {
    var own = [], cells = [];
    values.forEach(function (value) {
      var means = has(names.words, value) ? names.words[value] : [];
      if (!means.length) { notes.push(tell("no-status", { value: value })); }
      means.forEach(function (mean) { (mean[0] === "cell" ? cells : own).push(mean[1]); });
    });
    if (!cells.length) { return ["property", "status", own.length ? unique(own) : values]; }
    var inCells = ["property", "cell", unique(cells)];
    return own.length ? ["or", [["property", "status", unique(own)], inCells]] : inCells;
  }
  Z.tree = parse;
  /* What a query asks: its tree with names resolved, what to mark, the points it names as a whole, sentences to tell. */
  Z.question = function (names, typed) {
    var tree = parse(typed), marks = wanted(tree), notes = [];
    // The points a query names if it is a code and nothing else.
    var named = marks.length ? pointsCalled(names, Z.searchForm(typed), "c") : null, points = named || [];
    if (named && !named.length) { notes.push(tell("no-code", { value: typed.trim().toUpperCase(), known: known(names) })); }
    if (points.length) { tree = ["or", [["property", "point", unique(points.map(key))], tree]]; }
    else if (tree[0] === "and" && !tree[1].length) { notes.push(tell("no-words", {})); }
    return { tree: resolve(names, tree, notes), wanted: marks, points: points, notes: notes };
  };
  Z.parse = function (typed) { return { wanted: wanted(parse(typed)) }; };
})();
