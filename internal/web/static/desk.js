// The work list by keyboard, and its counts kept fresh. Improvements only: every
// act is a link or a button that Tab reaches.
(function () {
  "use strict";
  var help = document.getElementById("keys"), table = document.querySelector("table.work");
  if (!help) return;
  help.hidden = false;
  var off = false, button = help.querySelector("[data-keys]"), words = [button.textContent, button.dataset.keys];
  try { off = localStorage.getItem("phare.keys") === "off"; } catch (e) { /* not kept, then */ }
  function say() { button.textContent = words[off ? 1 : 0]; }
  button.addEventListener("click", function () {
    off = !off;
    try { localStorage.setItem("phare.keys", off ? "off" : "on"); } catch (e) { /* until the page is left */ }
    say();
  });
  say();
  var rows = table ? Array.prototype.slice.call(table.querySelectorAll("tbody tr")).filter(function (r) { return r.querySelector("th a"); }) : [];
  function here() { return rows.indexOf(document.activeElement.closest && document.activeElement.closest("tbody tr")); }
  function go(n) {
    if (!rows.length) return;
    var row = rows[Math.max(0, Math.min(rows.length - 1, n))];
    row.querySelector("th a").focus();
    row.scrollIntoView({ block: "nearest" });
  }
  function press(selector) {
    var row = rows[here()], what = row && row.querySelector(selector);
    if (what) what.click();
  }
  document.addEventListener("keydown", function (e) {
    var t = e.target;
    if (off && e.key !== "?" || e.ctrlKey || e.metaKey || e.altKey || /^(SELECT|TEXTAREA)$/.test(t.tagName) || t.tagName === "INPUT" && t.type !== "checkbox") return;
    switch (e.key) {
    case "j": go(here() + 1); break;
    case "k": go(here() < 0 ? 0 : here() - 1); break;
    case "t": press("button[name=take]"); break;
    case "x": press("input[name=pick]"); break;
    case "/": document.getElementById("f-q").focus(); break;
    case "?": help.open = !help.open; if (help.open) help.querySelector("summary").focus(); break;
    default: return;
    }
    e.preventDefault();
  });
  // The counts are asked for once a minute while somebody is there: a page that was
  // left open must not keep its session awake.
  var tiles = document.querySelector("[data-counts]"), acted = Date.now();
  if (!tiles || !window.fetch) return;
  ["keydown", "pointerdown", "scroll"].forEach(function (name) { document.addEventListener(name, function () { acted = Date.now(); }, { passive: true }); });
  setInterval(function () {
    if (document.hidden || Date.now() - acted > 5 * 60 * 1000) return;
    fetch(tiles.dataset.counts, { redirect: "error" }).then(function (r) { return r.ok ? r.json() : {}; }).then(function (counts) {
      tiles.querySelectorAll("[data-tile]").forEach(function (b) {
        if (!(b.dataset.tile in counts)) return;
        b.textContent = counts[b.dataset.tile];
        if (b.dataset.tile === "late") b.closest("li").classList.toggle("is-late", counts.late !== "0");
      });
    }).catch(function () { /* the next minute, then */ });
  }, 60000);
})();
