/* Whether a copy of the site is whole, as far as a browser can tell from the disk: by opening every file of the list as a script.
   Data must say their own name, so those of another build are known. Pages are no scripts: they open or they do not. */
"use strict";
(function () {
  var AT_ONCE = 16, SHOWN = 50;
  var status = document.getElementById("st"), list = document.getElementById("faults"), bar = document.getElementById("bar");
  // A page opened as a script ends at its first letter; that is no fault of the copy.
  window.addEventListener("error", function (event) { event.preventDefault(); });

  function there(path) {
    return new Promise(function (resolve, reject) {
      var script = document.createElement("script");
      script.onload = function () { script.remove(); resolve(); };
      script.onerror = function () { script.remove(); var error = new Error(path); error.why = "missing"; reject(error); };
      script.src = path;
      document.head.appendChild(script);
    });
  }
  function check(path) { return /\.js$/.test(path) ? Z.load(path) : there(path); }
  function name(path) { return path.split("/").map(encodeURIComponent).join("/"); }

  function run(files) {
    var next = 0, done = 0, faults = [];
    bar.max = files.length; bar.hidden = false;
    function one() {
      if (next >= files.length) { return null; }
      var path = files[next++];
      return check(name(path)).then(null, function (error) { faults.push([path, error.why]); }).then(function () {
        done += 1; bar.value = done;
        if (done % 50 === 0) { status.textContent = tell("checking", { done: done, total: files.length }); }
        return one();
      });
    }
    var lanes = [];
    for (var i = 0; i < AT_ONCE; i++) { lanes.push(one()); }
    return Promise.all(lanes).then(function () { return faults; });
  }
  function report(copy, faults) {
    var values = { checked: copy.checked.length, faults: faults.length, others: copy.others, total: copy.checked.length + copy.others };
    bar.hidden = true;
    status.textContent = tell(faults.length ? "copy-faulty" : "copy-whole", values) + tell("copy-others", values);
    faults.sort(function (a, b) { return a[0] < b[0] ? -1 : 1; }).slice(0, SHOWN).forEach(function (fault) {
      Z.add(list, "li", "", tell(fault[1] === "foreign" ? "file-foreign" : "file-missing", { path: fault[0] }));
    });
    if (faults.length > SHOWN) { Z.add(list, "li", "", tell("more-files", { count: faults.length - SHOWN })); }
  }

  Z.load("check.js").then(function (copy) { return run(copy.checked).then(function (faults) { report(copy, faults); }); })
    .catch(function (error) { status.textContent = tell("no-list", { path: error.message }); });
})();
