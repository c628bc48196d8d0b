/* Reading the archive's index and texts from any place, file:// too: data are scripts that call Z.take.
   The rules of fold, words and grams come as data (fold.js) from the indexer; this file carries them out. */
"use strict";
var Z = (function () {
  var taken = {}, coming = {}, rules = null, shards = {}, texts = {};

  function take(name, value) { taken[name] = value; }

  function load(path) {
    if (!coming[path]) {
      coming[path] = new Promise(function (resolve, reject) {
        var name = path === "idx/current.js" ? "current" : path, script = document.createElement("script");
        script.src = path;
        script.onload = function () { if (name in taken) { resolve(taken[name]); } else { reject(new Error(path)); } };
        script.onerror = function () { delete coming[path]; reject(new Error(path)); };
        document.head.appendChild(script);
      });
    }
    return coming[path];
  }

  /* ---- the rules ---- */
  function classOf(ranges) {
    return ranges.map(function (r) { return "\\u{" + r[0].toString(16) + "}-\\u{" + r[1].toString(16) + "}"; }).join("");
  }
  function ready() {
    if (rules) { return rules; }
    var data = taken.rules, from = Array.from(data.from), to = Array.from(data.to), table = new Map();
    from.forEach(function (c, i) { table.set(c, to[i]); });
    var gap = classOf(data.blanks) + classOf(data.ignored), word = classOf(data.word), value = new Int32Array(128).fill(-1);
    Array.from(data.alphabet).forEach(function (c, i) { value[c.charCodeAt(0)] = i; });
    rules = {
      table: table, longest: data.longest, value: value, stoppers: data.stoppers, carriers: data.alphabet.length - data.stoppers,
      plain: /[^\u4e00-\u9fff\u3002\n a-z0-9]/gu,
      gap: new RegExp("[" + gap + "]+", "gu"), blank: new RegExp("[" + classOf(data.blanks) + "]", "u"),
      word: new RegExp("[" + word + "]", "u"), beside: new RegExp("[" + word + ".]", "u"), words: new RegExp("[" + word + "]+", "gu"),
      runs: new RegExp("[" + classOf(data.letters) + "]+", "gu"), decimal: new RegExp(data.decimal, "y")
    };
    return rules;
  }

  /* Folded and squeezed text with the way back: parallel offsets of the pieces, and of folded units where lengths differ. */
  function searchText(shown) {
    var r = ready(), moved = [], shift = 0;
    var folded = shown.replace(r.plain, function (c, at) {
      var f = r.table.get(c);
      if (f === undefined) { return c; }
      if (f.length !== c.length) { shift += f.length - c.length; moved.push([at + c.length + shift, shift]); }
      return f;
    });
    var pieces = [], searched = [0], from = [0], length = 0, start = 0, hit;
    r.gap.lastIndex = 0;
    while ((hit = r.gap.exec(folded))) {
      var first = hit.index, after = first + hit[0].length;
      pieces.push(folded.slice(start, first)); length += first - start;
      if (first && after < folded.length && r.beside.test(folded[first - 1]) && r.beside.test(folded[after]) && r.blank.test(hit[0])) {
        searched.push(length); from.push(first); pieces.push(" "); length += 1;
      }
      searched.push(length); from.push(after); start = after;
    }
    pieces.push(folded.slice(start));
    return { text: pieces.join(""), searched: searched, from: from, moved: moved };
  }
  function below(list, value) { // last place whose entry is not above value
    var low = 0, high = list.length;
    while (low < high) { var mid = (low + high) >> 1; if (list[mid] <= value) { low = mid + 1; } else { high = mid; } }
    return low - 1;
  }
  function toShown(st, offset) {
    var piece = below(st.searched, offset), at = st.from[piece] + offset - st.searched[piece], shift = 0;
    for (var i = 0; i < st.moved.length && st.moved[i][0] <= at; i++) { shift = st.moved[i][1]; }
    return at - shift;
  }
  function searchForm(text) { return searchText(text).text; }

  function isWord(c) { return c !== undefined && c.length === 1 && ready().word.test(c); }
  function isDigit(c) { return c >= "0" && c <= "9"; }
  function decimalPoint(text, point) {
    var start = point, r = ready();
    while (start && isDigit(text[start - 1])) { start -= 1; }
    r.decimal.lastIndex = start;
    return r.decimal.test(text) && r.decimal.lastIndex > point;
  }
  function runsOn(text, border) {
    if (!(border > 0 && border < text.length)) { return false; }
    var before = text[border - 1], after = text[border];
    if (isWord(before) && isWord(after)) { return true; }
    if (before === "." && isDigit(after)) { return decimalPoint(text, border - 1); }
    return after === "." && isDigit(before) && decimalPoint(text, border);
  }
  function occurrences(phrase, text, most) {
    var found = [], p = phrase.text, left = isWord(p[0]), right = !phrase.open && isWord(p[p.length - 1]), at = text.indexOf(p);
    while (at >= 0 && found.length < most) {
      var after = at + p.length;
      if (!(left && runsOn(text, at)) && !(right && runsOn(text, after))) { found.push(at); at = text.indexOf(p, after); }
      else { at = text.indexOf(p, at + 1); }
    }
    return found;
  }

  function needOf(phrase) {
    var r = ready(), text = phrase.text, grams = new Set(), prefixes = [], runs = 0, whole = Array.from(text), hit;
    r.runs.lastIndex = 0;
    while ((hit = r.runs.exec(text))) {
      var run = Array.from(hit[0]), end = hit.index + hit[0].length;
      runs += 1;
      for (var i = 0; i + 1 < run.length; i++) { if (!(isWord(run[i]) && isWord(run[i + 1]))) { grams.add(run[i] + run[i + 1]); } }
      if (end < text.length && !isWord(run[run.length - 1])) { grams.add(run[run.length - 1]); }
    }
    r.words.lastIndex = 0;
    while ((hit = r.words.exec(text))) {
      var gram = "=" + hit[0].slice(0, r.longest);
      if (phrase.open && hit.index + hit[0].length === text.length) { prefixes.push(gram); } else { grams.add(gram); }
    }
    if (!grams.size && !prefixes.length && whole.length === 1 && runs) { prefixes.push(text); }
    r.runs.lastIndex = 0;
    hit = r.runs.exec(text);
    var exact = whole.length <= 2 && hit !== null && hit[0].length === text.length && !whole.some(isWord);
    return { grams: Array.from(grams), prefixes: prefixes, exact: exact };
  }

  /* Words with blanks between them (all must be there), "…" for a phrase with blanks, -word excludes, word* goes on. */
  function parse(query) {
    var wanted = [], unwanted = [], closing = { "\"": "\"", "＂": "＂", "“": "”", "”": "”", "「": "」", "『": "』" }, at = 0;
    while (at < query.length) {
      if (/\s/.test(query[at])) { at += 1; continue; }
      var into = wanted, end;
      if ("-－−".indexOf(query[at]) >= 0 && at + 1 < query.length && !/\s/.test(query[at + 1])) { into = unwanted; at += 1; }
      var word = "", quoted = false, mark = closing[query[at]];
      end = mark ? query.indexOf(mark, at + 1) : -1;
      if (end > 0 && (end + 1 >= query.length || /[\s*＊]/.test(query[end + 1]))) { word = query.slice(at + 1, end); at = end + 1; quoted = true; }
      else { end = at; while (end < query.length && !/\s/.test(query[end])) { end += 1; } word = query.slice(at, end); at = end; }
      var open = false;
      if (quoted) { if (/[*＊]/.test(query[at] || "")) { open = true; at += 1; } }
      else if (/[^*＊][*＊]+$/.test(word)) { open = true; word = word.replace(/[*＊]+$/, ""); }
      var form = searchForm(word);
      ready().runs.lastIndex = 0;
      if (form && (quoted || ready().runs.test(form))) { into.push({ text: form, open: open, shown: word }); }
    }
    return { wanted: wanted, unwanted: unwanted };
  }

  /* ---- the index ---- */
  function open() {
    return load("idx/current.js").then(function (name) {
      return load("idx/" + name + "/dir.js").then(function (dir) {
        if (!dir.starts) { prepare(dir, "idx/" + name + "/"); }
        return dir;
      });
    });
  }
  function number(text, at, width) {
    var n = 0, base = rules.stoppers + rules.carriers;
    for (var i = 0; i < width; i++) { n = n * base + rules.value[text.charCodeAt(at + i)]; }
    return n;
  }
  function column(text, width, total) {
    var values = new Int32Array(total);
    for (var i = 0; i < total; i++) { values[i] = number(text, i * width, width); }
    return values;
  }
  function prepare(dir, folder) {
    ready();
    dir.folder = folder; dir.labels = dir.points.map(function (point) { return point[0]; });
    dir.unit = column(dir.unit, 2, dir.total); dir.year = column(dir.year, 2, dir.total);
    dir.kind = column(dir.kind, 1, dir.total); dir.rank = column(dir.rank, 3, dir.total);
    var own = [], at = 0;
    for (var i = 0; i < dir.total; i++) {
      var list = [], count = number(dir.of, at, 1);
      for (var k = 0; k < count; k++) { list.push(number(dir.of, at + 1 + 2 * k, 2)); }
      at += 1 + 2 * count; own.push(list);
    }
    dir.own = own;
    dir.starts = [];
    dir.sizes.reduce(function (sum, size) { dir.starts.push(sum); return sum + size; }, 0);
  }
  function shard(dir, place) {
    var path = dir.folder + place + ".js";
    if (!shards[path]) {
      shards[path] = load(path).then(function (lines) {
        var parts = lines.split("\n"), keys = new Map();
        for (var i = 0; i + 1 < parts.length; i += 2) { keys.set(parts[i], parts[i + 1]); }
        taken[path] = "";
        return keys;
      });
      shards[path].catch(function () { delete shards[path]; });
    }
    return shards[path];
  }
  function decode(text, total) {
    var out = [], i, n;
    if (text[0] === "~") {
      for (i = 1; i < text.length; i++) {
        n = rules.value[text.charCodeAt(i)];
        for (var bit = 0; bit < 6; bit++) { if (n >> bit & 1) { out.push((i - 1) * 6 + bit); } }
      }
      return out;
    }
    var last = -1;
    for (i = 0, n = 0; i < text.length; i++) {
      var value = rules.value[text.charCodeAt(i)];
      if (value < rules.stoppers) { last += n * rules.stoppers + value + 1; out.push(last); n = 0; }
      else { n = n * rules.carriers + (value - rules.stoppers) + 1; }
    }
    return out;
  }
  function lookUp(dir, key) {
    var place = below(dir.first, key);
    if (place < 0) { return Promise.resolve([]); }
    return shard(dir, place).then(function (keys) { var list = keys.get(key); return list === undefined ? [] : decode(list, dir.total); });
  }
  function lookUpPrefix(dir, prefix) {
    var place = Math.max(0, below(dir.first, prefix)), places = [];
    while (place < dir.first.length && (dir.first[place] <= prefix || dir.first[place].startsWith(prefix))) { places.push(place); place += 1; }
    return Promise.all(places.map(function (p) { return shard(dir, p); })).then(function (maps) {
      var seen = new Uint8Array(dir.total), out = [];
      maps.forEach(function (keys) { keys.forEach(function (list, key) { if (key.startsWith(prefix)) { decode(list).forEach(function (d) { seen[d] = 1; }); } }); });
      seen.forEach(function (yes, d) { if (yes) { out.push(d); } });
      return out;
    });
  }
  function intersect(lists, total) {
    if (!lists.length) { return null; }
    lists.sort(function (a, b) { return a.length - b.length; });
    var found = lists[0];
    for (var i = 1; i < lists.length && found.length; i++) {
      var has = new Uint8Array(total);
      lists[i].forEach(function (d) { has[d] = 1; });
      found = found.filter(function (d) { return has[d]; });
    }
    return found;
  }
  function having(dir, need, mark) {
    var asked = need.grams.map(function (gram) { return lookUp(dir, mark + gram); });
    need.prefixes.forEach(function (prefix) { asked.push(lookUpPrefix(dir, mark + prefix)); });
    return Promise.all(asked).then(function (lists) { return intersect(lists, dir.total); });
  }

  /* Documents that may match, best first; `exact` when all of them do. */
  function candidates(dir, query) {
    var needs = query.wanted.map(needOf);
    return Promise.all([
      Promise.all(needs.map(function (need) { return having(dir, need, ""); })),
      Promise.all(needs.map(function (need) { return having(dir, need, "#"); }))
    ]).then(function (answers) {
      var lists = answers[0].filter(function (list) { return list !== null; }), found = intersect(lists, dir.total);
      if (found === null) { found = []; for (var i = 0; i < dir.total; i++) { found.push(i); } }
      var heads = new Set(intersect(answers[1].filter(function (list) { return list !== null; }), dir.total) || []);
      found.sort(function (a, b) { return (heads.has(b) - heads.has(a)) || (dir.rank[a] - dir.rank[b]); });
      return { found: found, exact: !query.unwanted.length && needs.every(function (need) { return need.exact; }) };
    });
  }

  /* ---- texts ---- */
  var BORDER = "\ue000";
  function withText(record) {
    if (!record.st) {
      var head = [record.title, record.name, record.number, record.issuer, record.unit[0]].join(BORDER) + BORDER, at = head.length;
      record.body = at;
      record.starts = record.text.map(function (page) { var start = at; at += page[1].length + 1; return start; });
      record.shown = head + record.text.map(function (page) { return page[1]; }).join("\n");
      record.st = searchText(record.shown);
    }
    return record;
  }
  function textFile(path) {
    if (!texts[path]) { texts[path] = load(path); texts[path].catch(function () { delete texts[path]; }); }
    return texts[path];
  }
  function document_(dir, ordinal) {
    var file = below(dir.starts, ordinal);
    while (dir.sizes[file] === 0) { file -= 1; }
    return textFile(dir.files[file]).then(function (records) { return withText(records[ordinal - dir.starts[file]]); });
  }
  function bucket(id, count) {
    var value = 0x811c9dc5;
    new TextEncoder().encode(id).forEach(function (byte) { value = Math.imul(value ^ byte, 0x01000193) >>> 0; });
    return (value & (count - 1)) >>> 0;
  }
  function byId(dir, id) {
    return textFile(dir.files[bucket(id, dir.files.length)]).then(function (records) {
      var found = records.filter(function (record) { return record.id === id; })[0];
      return found ? withText(found) : null;
    });
  }

  /* Where the query's words stand in a document, as [start, end] of the shown text; null when it does not match. */
  function matches(record, query, most) {
    var st = record.st, spans = [], all = query.wanted.every(function (phrase) {
      var places = occurrences(phrase, st.text, most || 50);
      places.forEach(function (at) { spans.push([toShown(st, at), toShown(st, at + phrase.text.length - 1) + 1]); });
      return places.length > 0;
    });
    if (!all || query.unwanted.some(function (phrase) { return occurrences(phrase, st.text, 1).length; })) { return null; }
    return spans.sort(function (a, b) { return a[0] - b[0]; });
  }
  function pageAt(record, offset) {
    var place = below(record.starts, offset);
    return place < 0 ? null : record.text[place][0];
  }

  /* The shown text from start to end, with the spans marked, as nodes: never as HTML. */
  function marked(record, spans, start, end, parent, tidy) {
    var at = start;
    function text(from, to) { var t = record.shown.slice(from, to); return tidy ? t.replace(/[\s\ue000]+/g, " ") : t; }
    spans.forEach(function (span) {
      var from = Math.max(span[0], at), to = Math.min(span[1], end);
      if (to <= from || span[0] >= end) { return; }
      parent.appendChild(document.createTextNode(text(at, from)));
      var m = document.createElement("mark");
      m.textContent = text(from, to);
      parent.appendChild(m);
      at = to;
    });
    parent.appendChild(document.createTextNode(text(at, end)));
  }
  function add(parent, tag, className, text) {
    var node = document.createElement(tag);
    if (className) { node.className = className; }
    if (text !== undefined) { node.textContent = text; }
    parent.appendChild(node);
    return node;
  }
  function addLink(parent, href, text) { var a = add(parent, "a", "", text); a.href = href; return a; }

  return {
    take: take, open: open, parse: parse, candidates: candidates, document: document_, byId: byId, matches: matches, pageAt: pageAt,
    marked: marked, add: add, addLink: addLink, searchText: searchText, searchForm: searchForm, toShown: toShown, needOf: needOf,
    occurrences: occurrences, rules: function () { return ready(); },
    missing: "索引文件缺失或打不开。请确认整个档案网站的文件夹都已复制过来，再重新打开本页。"
  };
})();
