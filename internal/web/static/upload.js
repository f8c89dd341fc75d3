// Documents in parts: whose line is cut goes on where it stopped. Without this file,
// or in a browser that lacks something, the form sends them whole.
(function () {
  "use strict";
  if (!window.fetch || !window.FormData || !window.crypto || !crypto.subtle || !Blob.prototype.arrayBuffer) return;
  const first = 64 * 1024, step = 256 * 1024, patience = 15000;

  // hex is a digest as text.
  async function digestOf(file) {
    const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
    return Array.from(sum, (b) => b.toString(16).padStart(2, "0")).join("");
  }

  // upright is a photograph of an iPhone as a JPEG, where the browser can read it;
  // else the file as it is, and the site says why it cannot be kept.
  async function upright(file) {
    const head = String.fromCharCode.apply(null, new Uint8Array(await file.slice(4, 12).arrayBuffer()));
    if (!/^ftyp(hei[cxms]|hev[cx]|mif1|msf1)$/.test(head) || !window.createImageBitmap) return file;
    try {
      const bitmap = await createImageBitmap(file), canvas = document.createElement("canvas");
      const scale = Math.min(1, Math.sqrt(16e6 / (bitmap.width * bitmap.height)));
      canvas.width = Math.round(bitmap.width * scale);
      canvas.height = Math.round(bitmap.height * scale);
      canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
      const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.9));
      return blob ? new File([blob], file.name.replace(/\.[^.]*$/, "") + ".jpg", { type: "image/jpeg" }) : file;
    } catch (e) {
      return file;
    }
  }

  document.querySelectorAll("form[data-parts]").forEach(function (form) {
    const box = form.querySelector("[data-upload]"), input = form.querySelector("input[type=file]");
    if (!box || !input) return;
    const words = box.dataset, say = box.querySelector("[role=status]"), list = box.querySelector("ul"), bar = box.querySelector("progress");
    const amount = box.querySelector("p.small"), stop = box.querySelector("button"), see = box.querySelector("[data-see]"), title = document.title;
    let busy = false, stopped = null, kept = 0;
    // Where a photograph is not turned into a JPEG when it is chosen, let it be chosen.
    if (input.accept && !("ontouchend" in document)) input.accept += ",.heic,.heif";

    const mega = (n) => (n / 1e6).toLocaleString(document.documentElement.lang, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
    function show(file, at) {
      bar.max = Math.max(1, file.size);
      bar.value = at;
      amount.textContent = words.amount.replace("{name}", file.name).replace("{at}", mega(at)).replace("{all}", mega(file.size));
    }
    function line(text, bad) {
      const li = document.createElement("li");
      if (bad) {
        const mark = document.createElement("span");
        mark.className = "visually-hidden";
        mark.textContent = words.error + " ";
        li.className = "fault";
        li.append(mark);
        document.title = words.error + " " + title;
      }
      li.append(text);
      list.append(li);
    }

    // wait ends early when the line is back.
    function wait(ms) {
      return new Promise(function (done) {
        const t = setTimeout(end, ms);
        function end() { clearTimeout(t); removeEventListener("online", end); stopped.signal.removeEventListener("abort", end); done(); }
        addEventListener("online", end);
        stopped.signal.addEventListener("abort", end);
      });
    }

    // ask sends fields, and perhaps bytes, and reads the answer; null: no answer came
    // that says anything, and it is worth another try.
    async function ask(fields, bytes) {
      const body = new FormData();
      Object.keys(fields).forEach((k) => body.append(k, fields[k]));
      if (bytes) body.append("file", bytes, "part");
      try {
        const r = await fetch(form.dataset.parts, { method: "POST", body: body, credentials: "same-origin", redirect: "manual", signal: stopped.signal });
        if (r.status === 404) return { gone: true };
        if (r.type === "opaqueredirect") return { error: words.failed }; // signed out
        if (!/json/.test(r.headers.get("Content-Type") || "")) return r.status < 500 && r.status !== 429 ? { error: words.failed } : null;
        const a = await r.json();
        if (r.status === 409) return a.upload ? { upload: a.upload, received: a.received } : null;
        return r.status === 503 ? null : a;
      } catch (e) {
        return null;
      }
    }

    // send brings one file to its end and gives the last answer.
    async function send(given) {
      say.textContent = words.reading;
      const file = await upright(given), begun = { name: file.name, type: file.type, size: file.size, digest: await digestOf(file) };
      new FormData(form).forEach(function (value, name) { if (typeof value === "string") begun[name] = value; });
      let at = null, token = "", pause = 1000, anew = 0;
      show(file, 0);
      for (;;) {
        if (stopped.signal.aborted) return { stopped: true };
        let a;
        if (!token) a = await ask(begun);
        else if (at === null) a = await ask({ upload: token });
        else a = await ask({ upload: token, offset: at }, at < file.size ? file.slice(at, at + (at ? step : first)) : null);
        if (a === null) { // cut: ask where to go on once it is back
          if (stopped.signal.aborted) return { stopped: true };
          say.textContent = words.cut;
          at = null;
          await wait(pause);
          pause = Math.min(patience, 2 * pause);
          continue;
        }
        if (a.gone && anew++ < 2 && token) { token = ""; continue; }
        if (a.gone) return { error: words.failed };
        if (a.error || a.done) return { error: a.error, done: a.done, name: file.name };
        say.textContent = words.sending;
        if (at !== null && a.received > at || !token) pause = 1000;
        else if (at !== null) await wait(pause);
        token = a.upload;
        at = a.received;
        show(file, at);
      }
    }

    form.addEventListener("submit", async function (e) {
      const files = Array.from(input.files);
      if (!files.length) return; // the site says what is missing
      e.preventDefault();
      e.stopPropagation();
      if (busy) return;
      busy = true;
      stopped = new AbortController();
      kept = 0;
      list.textContent = "";
      document.title = title;
      box.hidden = bar.hidden = amount.hidden = stop.hidden = false;
      see.hidden = true;
      let bad = 0;
      for (const file of files) {
        const end = await send(file).catch(() => ({ error: words.failed }));
        if (end.stopped) { bad++; line(words.stopped); break; }
        if (end.done) { kept++; line(words.kept.replace("{name}", end.name)); continue; }
        bad++;
        line(end.error || words.failed, true);
      }
      busy = false;
      bar.hidden = amount.hidden = stop.hidden = true;
      say.textContent = kept ? words.done.replace("{n}", kept) : words.none;
      if (!bad && form.dataset.then) {
        const to = new URL(form.dataset.then.replace("{n}", kept), location.href);
        const same = to.pathname + to.search === location.pathname + location.search;
        location.href = to.href;
        if (same) location.reload();
        return;
      }
      input.value = "";
      if (kept && form.dataset.then) {
        see.href = form.dataset.then.replace("{n}", kept);
        see.hidden = false;
      }
      box.focus();
    });
    stop.addEventListener("click", function () { if (stopped) stopped.abort(); });
  });
})();
