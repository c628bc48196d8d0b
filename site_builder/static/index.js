/* Finding: the base index and the small one of what changed since, as one; candidates by grams, certainty by the texts.
   Documents are known by their number over both: those of the base first. */
"use strict";
(function () {
  var library = null;

  function open() {
    if (!library) {
      library = Z.load("idx/current.js").then(function (current) {
        var dirs = current.segments.map(function (name) { return Z.load("idx/" + name + "/dir.js"); });
        return Promise.all([Z.load(current.names)].concat(dirs)).then(function (found) { return assemble(current, found[0], found.slice(1)); });
      });
      library.catch(function () { library = null; });
    }
    return library;
  }
  /* The numbers of a text, each of so many characters. */
  function numbers(text, width) {
    var r = Z.rules(), value = r.value, base = r.stoppers + r.carriers, out = new Array(text.length / width);
    for (var i = 0, at = 0; i < out.length; i++) {
      for (var n = 0, end = at + width; at < end; at++) { n = n * base + value[text.charCodeAt(at)]; }
      out[i] = n;
    }
    return out;
  }
  function column(dir, name, width) {
    var values = dir[name + "s"];
    return numbers(dir[name], width).map(function (n) { return values[n]; });
  }
  /* The points of each document: their number, then each of them. */
  function owned(text) {
    var r = Z.rules(), value = r.value, base = r.stoppers + r.carriers, out = [];
    for (var at = 0; at < text.length;) {
      var list = new Array(value[text.charCodeAt(at)]);
      at += 1;
      for (var k = 0; k < list.length; k++, at += 2) { list[k] = value[text.charCodeAt(at)] * base + value[text.charCodeAt(at + 1)]; }
      out.push(list);
    }
    return out;
  }
  function assemble(current, names, dirs) {
    var lib = { names: names, segments: [], total: 0, unit: [], year: [], kind: [], state: [], order: [], own: [], titles: new Map() };
    dirs.forEach(function (dir, i) {
      var segment = { offset: lib.total, total: dir.total, first: dir.first, folder: "idx/" + current.segments[i] + "/", shards: {}, texts: {}, files: [], starts: [] };
      for (var n = 0, start = 0; n < dir.sizes.length; n++) {
        segment.files.push("d/" + n + "-" + dir.files.slice(10 * n, 10 * n + 10) + ".js");
        segment.starts.push(start); start += dir.sizes[n];
      }
      if (i === 0) { current.moved.forEach(function (file) { segment.files[file[0]] = file[1]; }); }
      lib.segments.push(segment); lib.total += dir.total;
      lib.unit = lib.unit.concat(column(dir, "unit", 2)); lib.year = lib.year.concat(column(dir, "year", 2));
      lib.kind = lib.kind.concat(column(dir, "kind", 1)); lib.state = lib.state.concat(column(dir, "state", 2));
      lib.own = lib.own.concat(owned(dir.of)); lib.order = lib.order.concat(numbers(dir.order, 7));
    });
    lib.alive = new Uint8Array(lib.total).fill(1);
    current.dead.forEach(function (d) { lib.alive[d] = 0; });
    names.register.forEach(function (unit) { lib.titles.set(unit[2], unit[0]); });
    return lib;
  }
  /* What the facets show of a document: its points, unit, year, format. */
  function facet(lib, key, d) {
    if (key === "p") { return lib.own[d].map(function (n) { return lib.names.points[n][0]; }); }
    if (key === "u") { return [lib.titles.get(lib.unit[d]) || lib.unit[d]]; }
    return key === "y" ? [lib.year[d] || tell("no-date", {})] : [lib.kind[d].toUpperCase() || tell("no-kind", {})];
  }
  function property(lib, name, d) {
    if (name === "point") {
      return [].concat.apply([], lib.own[d].map(function (n) { var p = lib.names.points[n]; return [Z.searchForm(p[3] + "/" + p[4]), p[4]]; }));
    }
    var state = lib.state[d];
    if (name === "status") { return [state[0], state[1]]; }
    if (name === "basis") { return [state[2]]; }
    if (name === "cell") { return state.slice(3); }
    return [Z.searchForm({ unit: lib.unit, year: lib.year, type: lib.kind }[name][d])];
  }

  /* ---- lists of documents ---- */
  function shard(segment, place) {
    var path = segment.folder + place + ".js";
    if (!segment.shards[path]) {
      segment.shards[path] = Z.load(path).then(function (lines) {
        var parts = lines.split("\n"), keys = new Map();
        for (var i = 0; i + 1 < parts.length; i += 2) { keys.set(parts[i], parts[i + 1]); }
        return keys;
      });
      segment.shards[path].catch(function () { delete segment.shards[path]; });
    }
    return segment.shards[path];
  }
  function decode(text, each) {
    var r = Z.rules(), i, n, last = -1;
    if (text[0] === "~") {
      for (i = 1; i < text.length; i++) {
        n = r.value[text.charCodeAt(i)];
        for (var bit = 0; bit < 6; bit++) { if (n >> bit & 1) { each((i - 1) * 6 + bit); } }
      }
      return;
    }
    for (i = 0, n = 0; i < text.length; i++) {
      var value = r.value[text.charCodeAt(i)];
      if (value < r.stoppers) { last += n * r.stoppers + value + 1; each(last); n = 0; }
      else { n = n * r.carriers + (value - r.stoppers) + 1; }
    }
  }
  function bits(total, lists) {
    var out = new Uint8Array(total);
    lists.forEach(function (list) { decode(list, function (d) { out[d] = 1; }); });
    return out;
  }
  function lookUp(segment, key) {
    var place = Z.below(segment.first, key);
    if (place < 0) { return Promise.resolve(new Uint8Array(segment.total)); }
    return shard(segment, place).then(function (keys) { return bits(segment.total, keys.has(key) ? [keys.get(key)] : []); });
  }
  function lookUpPrefix(segment, prefix) {
    var place = Math.max(0, Z.below(segment.first, prefix)), places = [];
    while (place < segment.first.length && (segment.first[place] <= prefix || segment.first[place].startsWith(prefix))) { places.push(place); place += 1; }
    return Promise.all(places.map(function (p) { return shard(segment, p); })).then(function (maps) {
      var lists = [];
      maps.forEach(function (keys) { keys.forEach(function (list, key) { if (key.startsWith(prefix)) { lists.push(list); } }); });
      return bits(segment.total, lists);
    });
  }
  /* The documents that have everything `need` asks for, behind `mark`; all of them when it asks for nothing. */
  function having(lib, need, mark) {
    var out = new Uint8Array(lib.total);
    return Promise.all(lib.segments.map(function (segment) {
      var asked = need.grams.map(function (gram) { return lookUp(segment, mark + gram); });
      need.prefixes.forEach(function (prefix) { asked.push(lookUpPrefix(segment, mark + prefix)); });
      return Promise.all(asked).then(function (lists) {
        for (var d = 0; d < segment.total; d++) { out[segment.offset + d] = lists.every(function (list) { return list[d]; }) ? 1 : 0; }
      });
    })).then(function () { return out; });
  }
  function phrases(tree) {
    return tree[0] === "phrase" ? [tree] : tree[0] === "not" ? phrases(tree[1]) : tree[0] === "property" ? [] : [].concat.apply([], tree[1].map(phrases));
  }
  function keyOf(phrase) { return phrase[2] + "\n" + phrase[3] + "\n" + phrase[1]; }

  /* Sets of documents for a tree: with `certain` only those that satisfy it whatever their text says, else all that may. */
  function among(lib, tree, lists, certain) {
    var out = new Uint8Array(lib.total), d;
    if (tree[0] === "phrase") {
      var own = lists.get(keyOf(tree));
      return certain && !(own.exact && !tree[2]) ? out : tree[2] ? own.head : own.text;
    }
    if (tree[0] === "property") {
      var values = new Set(tree[2]);
      for (d = 0; d < lib.total; d++) { out[d] = property(lib, tree[1], d).some(function (value) { return value !== "" && values.has(value); }) ? 1 : 0; }
      return out;
    }
    if (tree[0] === "not") {
      var inside = among(lib, tree[1], lists, !certain);
      return out.map(function (_, d) { return 1 - inside[d]; });
    }
    var parts = tree[1].map(function (part) { return among(lib, part, lists, certain); }), all = tree[0] === "and";
    for (d = 0; d < lib.total; d++) { out[d] = (all ? parts.every(function (p) { return p[d]; }) : parts.some(function (p) { return p[d]; })) ? 1 : 0; }
    return out;
  }

  /* Documents that may satisfy a question, best first: hits in title, number or name, then verified evidence, then by date.
     `sure` holds those whose text need not be looked at. */
  function candidates(lib, question) {
    var lists = new Map(), asked = phrases(question.tree).concat(question.wanted.map(function (p) { return ["phrase", p.text, p.part, p.open]; }));
    return Promise.all(asked.filter(function (p) { var seen = lists.has(keyOf(p)); lists.set(keyOf(p), {}); return !seen; }).map(function (p) {
      var need = Z.needOf({ text: p[1], open: p[3] }), own = lists.get(keyOf(p));
      own.exact = need.exact;
      return Promise.all([having(lib, need, ""), having(lib, need, "#")]).then(function (found) { own.text = found[0]; own.head = found[1]; });
    })).then(function () {
      var may = among(lib, question.tree, lists, false), must = among(lib, question.tree, lists, true), found = [], sure = new Set(), heads = new Uint8Array(lib.total);
      question.wanted.forEach(function (p) {
        lists.get(keyOf(["phrase", p.text, p.part, p.open])).head.forEach(function (yes, d) { if (yes) { heads[d] = 1; } });
      });
      var named = new Set(question.points);
      for (var d = 0; d < lib.total; d++) {
        if (!may[d] || !lib.alive[d]) { continue; }
        found.push(d);
        if (must[d]) { sure.add(d); }
        if (named.size && lib.own[d].some(function (n) { return named.has(lib.names.points[n]); })) { heads[d] = 1; }
      }
      found.sort(function (a, b) { return heads[b] - heads[a] || lib.order[b] - lib.order[a] || a - b; });
      return { found: found, sure: sure };
    });
  }

  /* ---- texts ---- */
  var BORDER = "\ue000";
  function withText(record) {
    if (!record.st) {
      var head = [record.title, record.name, record.number].join(BORDER) + BORDER, at = head.length;
      record.body = at;
      record.starts = record.text.map(function (page) { var start = at; at += page[1].length + 1; return start; });
      record.shown = head + record.text.map(function (page) { return page[1]; }).join("\n");
      record.st = Z.searchText(record.shown);
    }
    return record;
  }
  function textFile(segment, place) {
    var path = segment.files[place];
    if (!segment.texts[path]) { segment.texts[path] = Z.load(path); segment.texts[path].catch(function () { delete segment.texts[path]; }); }
    return segment.texts[path];
  }
  function record(lib, d) {
    var segment = lib.segments.filter(function (s) { return d >= s.offset; }).pop(), own = d - segment.offset, file = Z.below(segment.starts, own);
    return textFile(segment, file).then(function (records) { return withText(records[own - segment.starts[file]]); });
  }
  function bucket(id, count) {
    var value = 0x811c9dc5;
    new TextEncoder().encode(id).forEach(function (byte) { value = Math.imul(value ^ byte, 0x01000193) >>> 0; });
    return (value & (count - 1)) >>> 0;
  }
  function byId(lib, id) {
    return Promise.all(lib.segments.map(function (segment) {
      if (!segment.total) { return null; }
      var file = bucket(id, segment.files.length);
      return textFile(segment, file).then(function (records) {
        var own = records.findIndex(function (entry) { return entry !== null && entry.id === id; });
        return own >= 0 && lib.alive[segment.offset + segment.starts[file] + own] ? withText(records[own]) : null;
      });
    })).then(function (found) { return found.filter(Boolean)[0] || null; });
  }
  /* Where a part of a record stands in its shown text. */
  function place(entry, part) {
    var name = entry.title.length + 1, number = name + entry.name.length + 1;
    return { title: [0, name - 1], name: [name, number - 1], number: [number, number + entry.number.length] }[part];
  }
  function partOf(entry, part) {
    // A document without a title is shown under its name: that is not a title to be found.
    return part === "title" && entry.title === entry.name ? "" : Z.searchForm(entry.shown.slice.apply(entry.shown, place(entry, part)));
  }
  function satisfies(lib, tree, entry, d) {
    function one(part) { return satisfies(lib, part, entry, d); }
    if (tree[0] === "phrase") { return Z.occurrences({ text: tree[1], open: tree[3] }, tree[2] ? partOf(entry, tree[2]) : entry.st.text, 1).length > 0; }
    if (tree[0] === "property") { return property(lib, tree[1], d).some(function (value) { return value !== "" && tree[2].indexOf(value) >= 0; }); }
    if (tree[0] === "not") { return !one(tree[1]); }
    return tree[0] === "and" ? tree[1].every(one) : tree[1].some(one);
  }

  /* Where the words of a query stand in a document, as [start, end] of the shown text; null when none of them does. */
  function matches(entry, query, most) {
    var spans = [];
    query.wanted.forEach(function (phrase) {
      var within = phrase.part ? place(entry, phrase.part) : [0, entry.shown.length];
      Z.occurrences(phrase, entry.st.text, most || 50).forEach(function (at) {
        var span = [Z.toShown(entry.st, at), Z.toShown(entry.st, at + phrase.text.length - 1) + 1];
        if (span[0] >= within[0] && span[1] <= within[1]) { spans.push(span); }
      });
    });
    return spans.length ? spans.sort(function (a, b) { return a[0] - b[0]; }) : null;
  }
  function pageAt(entry, offset) {
    var at = Z.below(entry.starts, offset);
    return at < 0 ? null : entry.text[at][0];
  }
  /* The shown text from start to end, with the spans marked, as nodes: never as HTML. */
  function marked(entry, spans, start, end, parent, tidy) {
    var at = start;
    function text(from, to) { var t = entry.shown.slice(from, to); return tidy ? t.replace(/[\s\ue000]+/g, " ") : t; }
    spans.forEach(function (span) {
      var from = Math.max(span[0], at), to = Math.min(span[1], end);
      if (to <= from || span[0] >= end) { return; }
      parent.appendChild(document.createTextNode(text(at, from)));
      Z.add(parent, "mark", "", text(from, to));
      at = to;
    });
    parent.appendChild(document.createTextNode(text(at, end)));
  }

  Object.assign(Z, {
    open: open, facet: facet, candidates: candidates, record: record, byId: byId, satisfies: satisfies, matches: matches, place: place, pageAt: pageAt, marked: marked
  });
})();
