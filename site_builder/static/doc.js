/* The viewer of one document: doc.html#id, with the words of a query marked: doc.html#id&q=… */
"use strict";
(function () {
  var status = document.getElementById("st"), article = document.getElementById("doc"), site = document.title;
  function by(id) { return document.getElementById(id); }
  function show() {
    status.hidden = false; by("title").textContent = "材料";
    var hash = location.hash.slice(1), cut = hash.indexOf("&"), id, q;
    try { id = decodeURIComponent(cut < 0 ? hash : hash.slice(0, cut)); } catch (e) { id = ""; }
    q = cut < 0 ? "" : new URLSearchParams(hash.slice(cut + 1)).get("q") || "";
    if (!id) { status.textContent = "地址里没有材料编号。请从要点、单位的页面或检索结果里点开材料。"; return; }
    Z.open().then(function (dir) { return Z.byId(dir, id); }).then(function (record) {
      if (!record) { status.textContent = "没有编号为“" + id + "”的材料：它可能已有新版或已撤回。"; article.hidden = true; return; }
      draw(record, q);
    }).catch(function (error) { article.hidden = true; status.textContent = Z.sentence(error); });
  }
  function row(term, fill) {
    var box = Z.add(by("meta"), "div");
    Z.add(box, "dt", "", term);
    fill(Z.add(box, "dd"));
  }
  function draw(record, q) {
    status.textContent = ""; article.hidden = false; status.hidden = true;
    document.title = record.title + " · " + site.replace(/^材料 · /, "");
    ["meta", "tags", "text", "act", "note", "finder"].forEach(function (name) { by(name).textContent = ""; });
    by("title").textContent = record.title;
    if (record.original) { Z.addLink(by("act"), encodeURI(record.original), "打开原件"); }
    if (q) {
      if (record.original) { by("act").appendChild(document.createTextNode(" · ")); }
      Z.addLink(by("act"), "search.html#q=" + encodeURIComponent(q), "回到检索“" + q + "”");
    }
    [["文号", record.number], ["发文机关", record.issuer], ["成文日期", record.date], ["文件名", record.name],
     ["页数", record.pages], ["入档", record.received + (record.version > 1 ? "（第 " + record.version + " 版）" : "")],
     ["读取情况", record.reading]].forEach(function (pair) { if (pair[1]) { row(pair[0], function (dd) { dd.textContent = pair[1]; }); } });
    row("单位", function (dd) { if (record.unit[1]) { Z.addLink(dd, record.unit[1], record.unit[0]); } else { dd.textContent = record.unit[0]; } });
    if (record.older.length) { row("替换了", function (dd) { dd.textContent = record.older[0] + "（" + record.older[1] + " 入档）"; }); }
    record.tags.forEach(function (tag) {
      var li = Z.add(by("tags"), "li", tag[2] ? "" : "proposed");
      if (tag[1]) { Z.addLink(li, tag[1], tag[0]); } else { Z.add(li, "b", "", tag[0]); }
      Z.add(li, "span", "mute", " " + (tag[2] ? tag[3] : "待人确认，不计入已交；" + tag[3]) + "：" + tag[4]);
    });
    if (!record.tags.length) { Z.add(by("tags"), "li", "mute", "还没有归到要点，也没有找到线索。"); }
    drawText(record, q);
  }
  function drawText(record, q) {
    var holder = by("text"), query = q ? Z.parse(q) : null, spans = query && query.wanted.length ? Z.matches(record, query, 2000) : null;
    if (!record.shown.slice(record.body).trim()) {
      Z.add(holder, "p", "mute", record.reading ? "没有可以显示的文字：" + record.reading + "。" : "这份材料没有文字。");
      return;
    }
    if (record.text.length > 1) { by("note").textContent = record.text.length + " 页"; }
    record.text.forEach(function (page, n) {
      var start = record.starts[n], section = Z.add(holder, "section", "page");
      if (page[0] !== null) { section.id = "page-" + page[0]; Z.add(section, "h3", "", "第 " + page[0] + " 页"); }
      Z.marked(record, spans || [], start, start + page[1].length, Z.add(section, "div", "body"), false);
    });
    if (q) { finder(spans); }
  }
  function finder(spans) {
    var marks = by("text").getElementsByTagName("mark"), box = by("finder"), at = -1;
    box.hidden = false;
    if (!spans || !marks.length) { box.textContent = spans ? "所找的词在标题、文号或文件名里，正文里没有。" : "正文里没有所找的词。"; return; }
    var label = Z.add(box, "span", "", "正文里有 " + marks.length + " 处 ");
    function move(by_) {
      if (at >= 0) { marks[at].className = ""; }
      at = (at + by_ + marks.length) % marks.length;
      marks[at].className = "now";
      marks[at].scrollIntoView({ block: "center" });
      label.textContent = "正文里有 " + marks.length + " 处，第 " + (at + 1) + " 处 ";
    }
    [["上一处", -1], ["下一处", 1]].forEach(function (entry) {
      var button = Z.add(box, "button", "btn", entry[0]);
      button.type = "button";
      button.onclick = function () { move(entry[1]); };
    });
    move(1);
  }
  window.addEventListener("hashchange", show);
  show();
})();
