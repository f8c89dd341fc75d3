// Improvements only: every page works without this file.
(function () {
  "use strict";
  // After a refused form, put the reader at the list of problems.
  var faults = document.getElementById("faults");
  if (faults) faults.focus();
  // A second click on the same button sends nothing twice (the server would not
  // store it twice either).
  document.addEventListener("submit", function (e) {
    if (e.target.dataset.sent) { e.preventDefault(); return; }
    if (e.target.method !== "post") return;
    e.target.dataset.sent = "1";
    // A form that gives a file leaves the page as it is: it may be asked again.
    setTimeout(function () { delete e.target.dataset.sent; }, 4000);
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(function (f) { delete f.dataset.sent; });
  });
  // The number of a faulty line puts the cursor on that line of the text.
  document.querySelectorAll("[data-line]").forEach(function (a) {
    a.addEventListener("click", function (e) {
      var box = document.getElementById("f-text"), lines = box.value.split("\n"), n = a.dataset.line - 1;
      var from = lines.slice(0, n).join("\n").length + (n > 0 ? 1 : 0);
      e.preventDefault();
      box.focus();
      box.setSelectionRange(from, from);
      box.blur(); // a browser scrolls to the cursor when it gets the focus
      box.focus();
      box.setSelectionRange(from, from + (lines[n] || "").length);
    });
  });
  // While names are typed, show who may be known already. The button does the same.
  document.querySelectorAll("[data-seek]").forEach(function (form) {
    var place = document.querySelector("[data-seek-found]"), wait, last = "", asked = 0;
    if (!place || !window.fetch || !window.FormData) return;
    var names = ["birth_name", "used_name", "first_names", "family_name", "first_name", "birth_date"];
    form.addEventListener("input", function (e) {
      if (names.indexOf(e.target.name) < 0) return;
      clearTimeout(wait);
      wait = setTimeout(function () {
        var body = new URLSearchParams(), n = ++asked;
        names.concat(["phone", "version"]).forEach(function (k) { if (form.elements[k]) body.append(k, form.elements[k].value); });
        if (body.toString() === last) return;
        last = body.toString();
        fetch(form.dataset.seek, { method: "POST", body: body, headers: { "X-Phare-Fragment": "1" }, credentials: "same-origin" }).then(function (r) {
          return r.ok && !r.redirected ? r.text() : null;
        }).then(function (html) { if (html !== null && n === asked) place.innerHTML = html; }).catch(function () {});
      }, 500);
    });
  });
  document.querySelectorAll("[data-print]").forEach(function (b) {
    b.hidden = false;
    b.addEventListener("click", function () { window.print(); });
  });
  if (document.querySelector("[data-printnow]")) window.print();
})();
