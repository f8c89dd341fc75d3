// Documents in parts, over a line that is cut: the proxy here lets some bytes up and
// hangs up. The file is there at the end, nothing that came is sent twice, and a page
// that was left goes on where it stopped. A HEIC is made a JPEG where the browser can.
import { test, before, after } from "node:test";
import assert from "node:assert/strict";
import net from "node:net";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { base, launch, person } from "./desk.mjs";
import * as step from "./steps.mjs";
import { look, press } from "./steps.mjs";

let browser;
before(async () => { browser = await launch(); });
after(async () => { await browser.close(); });

// cutting is a line to the site that hangs up after so many bytes of each
// connection, while it is bad.
async function cutting() {
  const to = new URL(base), line = { bad: false, after: 100_000, cuts: 0, up: 0 };
  const server = net.createServer((near) => {
    const far = net.connect(Number(to.port), to.hostname);
    let came = 0;
    near.on("data", (b) => {
      if (line.bad && came + b.length > line.after) {
        line.cuts++;
        far.write(b.subarray(0, Math.max(0, line.after - came)), () => { near.destroy(); setTimeout(() => far.destroy(), 20); });
        return;
      }
      came += b.length;
      line.up += b.length;
      far.write(b);
    });
    far.on("data", (b) => near.write(b));
    for (const [x, y] of [[near, far], [far, near]]) {
      x.on("end", () => y.end());
      x.on("error", () => y.destroy());
    }
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  server.unref();
  return { address: `http://127.0.0.1:${server.address().port}`, line };
}

// scan is a DICOM file of an invented patient with so many bytes of picture.
function scan(pixels, shade = 0) {
  const element = (group, number, kind, value) => {
    const head = Buffer.alloc(kind === "OW" ? 12 : 8);
    head.writeUInt16LE(group, 0);
    head.writeUInt16LE(number, 2);
    head.write(kind, 4, "latin1");
    if (kind === "OW") head.writeUInt32LE(value.length, 8); else head.writeUInt16LE(value.length, 6);
    return Buffer.concat([head, value]);
  };
  const noise = Buffer.alloc(pixels);
  for (let i = 0; i < pixels; i++) noise[i] = (i * 31 + (i >> 8) + shade) & 255;
  return Buffer.concat([Buffer.alloc(128), Buffer.from("DICM"), element(2, 0x10, "UI", Buffer.from("1.2.840.10008.1.2.1\0")),
    element(8, 0x60, "CS", Buffer.from("MR")), element(0x7fe0, 0x10, "OW", noise)]);
}

const sum = (b) => createHash("sha256").update(b).digest("hex");

// openPieces opens the form for documents on the first file of the list.
async function openPieces(page, origin) {
  const file = new URL(await page.locator("table.work tbody th a").first().getAttribute("href"), origin).pathname;
  await page.goto(origin + file);
  await page.locator("#pieces summary", { hasText: "Joindre une pièce" }).click();
  return file;
}

test("the desk's line is cut, and the file comes", async () => {
  const proxy = await cutting();
  const page = await person(browser, { width: 390 });
  page.removeAllListeners("console"); // the browser tells of each cut
  page.on("console", (m) => { if (m.type() === "error" && !/ERR_(CONNECTION|EMPTY|SOCKET|NETWORK)/.test(m.text())) page.faults.push(m.text()); });
  await page.goto(proxy.address + "/connexion");
  await page.getByRole("button", { name: /Inès Exemple/ }).click();
  await page.waitForURL((u) => !u.pathname.startsWith("/connexion"));
  await page.goto(proxy.address + "/bureau");
  const file = await openPieces(page, proxy.address);
  const bytes = scan(1_500_000);
  proxy.line.bad = true;
  await page.locator("#f-file").setInputFiles([{ name: "IRM coupée.dcm", mimeType: "application/dicom", buffer: bytes }]);
  await page.locator("#pieces form[data-parts] button", { hasText: "Joindre" }).click();
  await page.getByText("La connexion est coupée").waitFor();
  await page.waitForFunction(() => document.querySelector("[data-upload] progress").value >= 131072);
  await look(page, "a document on its way, the line cut");
  proxy.line.bad = false;
  await page.locator("#pieces li.card", { hasText: "IRM coupée.dcm" }).waitFor({ timeout: 60000 });
  assert.ok(proxy.line.cuts >= 2, `${proxy.line.cuts} cuts`);
  assert.ok(proxy.line.up < 2 * bytes.length, `${proxy.line.up} bytes went up for ${bytes.length}`);
  const saved = page.waitForEvent("download");
  await page.getByRole("link", { name: "IRM coupée.dcm" }).click();
  assert.equal(sum(await readFile(await (await saved).path())), sum(bytes), "what comes back is what was sent");

  // The page is left half-way; the same file, chosen again, goes on.
  const second = scan(1_500_000, 5);
  const choose = async () => {
    await page.goto(proxy.address + file);
    await page.locator("#pieces summary", { hasText: "Joindre une pièce" }).click();
    await page.locator("#f-file").setInputFiles([{ name: "IRM reprise.dcm", mimeType: "application/dicom", buffer: second }]);
    proxy.line.up = 0;
    await page.locator("#pieces form[data-parts] button", { hasText: "Joindre" }).click();
  };
  proxy.line.bad = true;
  await choose();
  await page.waitForFunction(() => document.querySelector("[data-upload] progress").value >= 131072, null, { timeout: 60000 });
  await page.getByRole("button", { name: "Arrêter" }).click();
  await page.getByText("reprend où il s’est arrêté").waitFor();
  proxy.line.bad = false;
  await choose();
  await page.locator("#pieces li.card", { hasText: "IRM reprise.dcm" }).waitFor({ timeout: 60000 });
  assert.ok(proxy.line.up < second.length - 100_000, `${proxy.line.up} bytes went up again`);
  await page.context().close();
});

const png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

for (const reads of [true, false]) {
  test(`a HEIC in a browser that ${reads ? "reads" : "does not read"} it`, async () => {
    const page = await person(browser, { width: reads ? 390 : 1280 });
    // Chromium here reads none; where one does, it gives what this gives.
    if (reads) await page.addInitScript((b64) => {
      const real = window.createImageBitmap.bind(window);
      window.createImageBitmap = () => real(new Blob([Uint8Array.from(atob(b64), (c) => c.charCodeAt(0))], { type: "image/png" }));
    }, png);
    await page.goto("/demande/medecin");
    await step.fillGP(page, { ...step.gpRequest, family: reads ? "Photographe" : "Photographiée" });
    await press(page, "Vérifier la demande");
    await press(page, "Joindre un document", "link");
    const heic = Buffer.concat([Buffer.from("\0\0\0\x18ftypheic\0\0\0\0mif1heic", "latin1"), Buffer.alloc(3000)]);
    await page.locator("#f-file").setInputFiles([{ name: "IMG_0001.HEIC", mimeType: "image/heic", buffer: heic }]);
    await page.getByRole("button", { name: "Joindre", exact: true }).click();
    if (reads) {
      await page.waitForURL(/ajout=1/);
      assert.match(await page.locator("main").innerText(), /IMG_0001\.jpg[\s\S]+JPEG/);
    } else {
      await page.getByText("votre navigateur ne sait pas en faire un JPEG").waitFor();
      assert.match(await page.title(), /^Erreur/);
    }
    await look(page, `a HEIC, ${reads ? "read" : "not read"}`);
    await page.context().close();
  });
}
