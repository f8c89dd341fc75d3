// Documents: joined by a requester, refused without losing anything, seen, saved
// and withdrawn at the desk; with JavaScript and without, wide and narrow.
import { test, before, after } from "node:test";
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { deflateSync, crc32 } from "node:zlib";
import { launch, person } from "./desk.mjs";
import * as step from "./steps.mjs";
import { look, press } from "./steps.mjs";

let browser;
before(async () => { browser = await launch(); });
after(async () => { await browser.close(); });

// chunk is one of a PNG.
function chunk(name, data) {
  const body = Buffer.concat([Buffer.from(name), data]), n = Buffer.alloc(4), sum = Buffer.alloc(4);
  n.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([n, body, sum]);
}

// picture is a grey PNG that says where it was taken.
function picture(shade = 0) {
  const head = Buffer.from([0, 0, 0, 8, 0, 0, 0, 8, 8, 0, 0, 0, 0]);
  return Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), chunk("IHDR", head), chunk("tEXt", Buffer.from("Place\0Lieu inventé")),
    chunk("IDAT", deflateSync(Uint8Array.from({ length: 72 }, (_, i) => (i % 9 ? shade * 40 : 0)))), chunk("IEND", Buffer.alloc(0))]);
}

const svg = { name: "dessin.svg", mimeType: "image/svg+xml", buffer: Buffer.from("<svg xmlns='http://www.w3.org/2000/svg'/>") };
const letter = { name: "compte rendu été.png", mimeType: "image/png", buffer: picture() };
const later = { name: "suite.png", mimeType: "image/png", buffer: picture(4) };

for (const js of [true, false]) {
  test(`documents ${js ? "with" : "without"} JavaScript`, async () => {
    const page = await person(browser, { js, width: js ? 1280 : 390 });
    await page.goto("/demande/medecin");
    await step.fillGP(page, { ...step.gpRequest, family: js ? "Piècejointe" : "Documentée" });
    await press(page, "Vérifier la demande");
    await press(page, "Joindre un document", "link");
    await look(page, "documents of a form");
    await page.locator("#f-file").setInputFiles([letter, svg]);
    await press(page, "Joindre");
    await page.getByText(/dessin\.svg.+n’est pas un document accepté/).first().waitFor();
    assert.match(await page.title(), /^Erreur/);
    const words = await page.locator("main").innerText();
    assert.match(words, /compte rendu été\.png/);
    assert.match(words, /dessin\.svg.+n’est pas un document accepté/);
    await look(page, "documents of a form, one refused");
    await press(page, "Continuer sans autre document", "link");
    assert.match(await page.locator("main").innerText(), /compte rendu été\.png/);
    await press(page, "Envoyer la demande");
    const got = await step.receipt(page);
    await page.goto("/suivi/pieces");
    await page.locator("#f-reference").fill(got.reference);
    await page.locator("#f-secret").fill(got.secret);
    await page.locator("#f-file").setInputFiles([later]);
    await press(page, "Joindre");
    await page.getByText(js ? "Documents enregistrés" : "Documents reçus").waitFor();
    await look(page, "documents by reference");
    await atDesk(await person(browser, { js, width: js ? 390 : 1280 }), got.reference);
    await page.context().close();
  });
}

// atDesk sees both, saves one, withdraws it and puts it back.
async function atDesk(page, reference) {
  await step.signIn(page, "Inès Exemple");
  await step.openFile(page, reference);
  const pieces = page.locator("#pieces");
  assert.match(await pieces.innerText(), /compte rendu été\.png[\s\S]+Non analysée[\s\S]+suite\.png|suite\.png[\s\S]+compte rendu été\.png/);
  await look(page, "documents at the desk");
  const saved = page.waitForEvent("download");
  await pieces.getByRole("link", { name: "compte rendu été.png" }).click();
  const file = await saved;
  assert.equal(file.suggestedFilename(), "compte rendu été.png");
  const bytes = await readFile(await file.path());
  assert.ok(bytes.subarray(1, 4).equals(Buffer.from("PNG")) && !bytes.includes("Lieu inventé"), "the picture comes back without its place");
  const one = pieces.locator("li.card", { hasText: "compte rendu été.png" });
  await one.locator("summary", { hasText: "Retirer" }).click();
  await one.getByRole("button", { name: "Retirer la pièce" }).click();
  assert.match(await page.locator("#pieces").innerText(), /Dites pourquoi/);
  await look(page, "withdrawal without a reason");
  await one.locator("input[name=withdrawal]").fill("Autre patient");
  await one.getByRole("button", { name: "Retirer la pièce" }).click();
  assert.match(await one.innerText(), /Retirée[\s\S]+Autre patient/);
  await look(page, "a withdrawn document");
  await one.getByRole("button", { name: /Remettre/ }).click();
  assert.doesNotMatch(await one.innerText(), /Autre patient/);
  await page.context().close();
}
