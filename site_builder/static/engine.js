/* Loading data from any place, file:// too: data are scripts that call Z.take.
   The rules of fold, words and grams come as data (fold.js) from the indexer; this file carries them out.
   query.js reads what is typed, index.js finds it. All of them fill the one name Z. */
"use strict";
var Z = (function () {
  var taken = {}, coming = {}, rules = null;

  function take(name, value) { taken[name] = value; }

  /* Loads a file of data; whoever needs it twice keeps it. What fails says why: "missing", or "foreign" when it is there but is not the file it should be. */
  function load(path) {
    if (!coming[path]) {
      coming[path] = new Promise(function (resolve, reject) {
        var name = path === "idx/current.js" ? "current" : path, script = document.createElement("script");
        function end() { delete coming[path]; script.remove(); }
        function fail(why) { var error = new Error(path); error.why = why; end(); reject(error); }
        script.src = path;
        script.onload = function () { if (name in taken) { resolve(taken[name]); delete taken[name]; end(); } else { fail("foreign"); } };
        script.onerror = function () { fail("missing"); };
        document.head.appendChild(script);
      });
    }
    return coming[path];
  }
  function sentence(error) {
    if (error.why === "missing") { return tell("missing", { file: error.message }); }
    if (error.why === "foreign") { return tell("foreign", { file: error.message }); }
    return tell("failed", { error: error.message });
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

  /* ---- building pages: nodes, never HTML ---- */
  function add(parent, tag, className, text) {
    var node = document.createElement(tag);
    if (className) { node.className = className; }
    if (text !== undefined) { node.textContent = text; }
    parent.appendChild(node);
    return node;
  }
  function addLink(parent, href, text) { var a = add(parent, "a", "", text); a.href = href; return a; }

  return {
    take: take, load: load, sentence: sentence, rules: ready, below: below, add: add, addLink: addLink, searchText: searchText,
    searchForm: searchForm, toShown: toShown, isWord: isWord, needOf: needOf, occurrences: occurrences
  };
})();
