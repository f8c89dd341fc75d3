// Passkeys: this is the one thing here that needs a script. The page's form
// carries the challenge; this asks the browser, writes the answer, sends it.
(function () {
  "use strict";
  function bytes(s) {
    s = atob(s.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(s, function (c) { return c.charCodeAt(0); });
  }
  function text(buffer) {
    var s = "";
    new Uint8Array(buffer).forEach(function (b) { s += String.fromCharCode(b); });
    return btoa(s).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }
  function decode(options) {
    var o = options.publicKey;
    o.challenge = bytes(o.challenge);
    if (o.user) o.user.id = bytes(o.user.id);
    (o.excludeCredentials || []).concat(o.allowCredentials || []).forEach(function (c) { c.id = bytes(c.id); });
    return { publicKey: o };
  }
  function encode(c) {
    var r = c.response, out = { clientDataJSON: text(r.clientDataJSON) };
    ["attestationObject", "authenticatorData", "signature", "userHandle"].forEach(function (k) { if (r[k]) out[k] = text(r[k]); });
    if (r.getTransports) out.transports = r.getTransports();
    return JSON.stringify({ id: c.id, rawId: text(c.rawId), type: c.type, response: out,
      clientExtensionResults: c.getClientExtensionResults(), authenticatorAttachment: c.authenticatorAttachment || undefined });
  }
  document.querySelectorAll("[data-passkey]").forEach(function (form) {
    if (!window.PublicKeyCredential) return;
    form.hidden = false;
    var without = document.getElementById("without");
    if (without) without.hidden = true;
    form.addEventListener("submit", function (e) {
      e.preventDefault();
      e.stopPropagation();
      var failed = form.querySelector("[data-passkey-failed]");
      failed.hidden = true;
      // A passkey that is refused for want of a name would stay on the device.
      var name = form.querySelector("input[type=text]");
      if (name && !name.value.trim()) { form.submit(); return; }
      var options = decode(JSON.parse(form.dataset.options));
      navigator.credentials[form.dataset.passkey](options).then(function (c) {
        form.querySelector("[data-passkey-answer]").value = encode(c);
        form.submit();
      }).catch(function () { failed.hidden = false; failed.focus(); });
    });
  });
})();
