// A letter is pasted, its words are marked, some of its signs are chosen: by
// keyboard and mouse, with JavaScript and without, on a wide and a narrow window.
import { test, before, after } from "node:test";
import assert from "node:assert/strict";
import { launch, person } from "./desk.mjs";
import * as step from "./steps.mjs";
import { look, press } from "./steps.mjs";

const letter = `Cher confrère,
Mme Démonstration tombe souvent et monte mal les escaliers. CPK à 4 200 UI/L.
Pas de fièvre, ni ptosis. Sa mère a une surdité. Une scoliose est possible.`;

let browser;
before(async () => { browser = await launch(); });
after(async () => { await browser.close(); });

for (const js of [true, false]) {
  test(`a letter is read ${js ? "with" : "without"} JavaScript`, async () => {
    const gp = await person(browser, { js });
    const ask = js ? step.gpRequest : { ...step.gpRequest, family: "Pasticheur", first: "Lise", birth: "02/02/2001" };
    await gp.goto("/");
    await press(gp, /Je suis un professionnel/, "link");
    await step.fillGP(gp, ask);
    await press(gp, "Vérifier la demande");
    await press(gp, "Envoyer la demande");
    const { reference } = await step.receipt(gp);
    const nurse = await person(browser, { js, width: js ? 1280 : 390 });
    await step.signIn(nurse, "Inès Exemple");
    const file = await step.openFile(nurse, reference);
    await nurse.goto(file + "/signes");
    await look(nurse, "signs with the way to a letter");
    await refused(nurse);
    await read(nurse);
    await chosen(nurse, file);
    await story(nurse, file);
    for (const page of [gp, nurse]) await page.context().close();
  });
}

// refused: nothing pasted, and too much.
async function refused(page) {
  await press(page, "Coller une lettre", "link");
  await look(page, "letter, nothing yet");
  await press(page, "Chercher les signes");
  assert.ok(await page.locator("#e-letter").isVisible());
  await look(page, "letter missing");
  const long = letter + " a".repeat(8000);
  await page.locator("#f-letter").fill(long);
  await press(page, "Chercher les signes");
  assert.match(await page.locator("#e-letter").innerText(), /15.000 au plus/);
  assert.equal(await page.locator("#f-letter").inputValue(), long, "what was pasted is kept");
}

// read: each word found is marked with a word for its status; nothing is ticked.
async function read(page) {
  await page.locator("#f-letter").fill(letter);
  await press(page, "Chercher les signes");
  assert.ok(!page.url().includes("?"), "the letter is not in the address");
  const marks = (await page.locator("mark").allInnerTexts()).map((s) => s.replace(/\s+/g, " "));
  for (const want of ["tombe souvent présent", "fièvre absent", "ptosis absent", "surdité famille", "scoliose incertain"]) {
    assert.ok(marks.includes(want), `${want} is not among ${marks}`);
  }
  assert.equal(await page.locator("input[type=checkbox]:checked").count(), 0, "nothing is ticked beforehand");
  await look(page, "letter read");
  await press(page, "Ajouter les signes choisis");
  assert.ok(await page.locator(".faults").isVisible(), "nothing chosen");
  assert.equal(await page.locator("mark").count(), marks.length, "the letter is still there");
  await look(page, "letter, nothing chosen");
}

// chosen: with the keyboard alone.
async function chosen(page, file) {
  await page.locator("fieldset", { hasText: "Présents" }).locator("input[type=checkbox]").first().focus();
  await page.keyboard.press("Space");
  await page.locator("fieldset", { hasText: "Absents" }).getByLabel(/Ptosis/).focus();
  await page.keyboard.press("Space");
  await page.getByRole("button", { name: "Ajouter les signes choisis" }).focus();
  await page.keyboard.press("Enter");
  await page.waitForURL(file + "/signes?ajoutes=2#ajoutes");
  assert.match(await page.locator("#ajoutes").innerText(), /2 signes ajoutés/);
  await look(page, "signs added");
  const signs = await page.locator("#known ~ .signs li").allInnerTexts();
  assert.equal(signs.length, 2, `${signs}`);
  assert.ok(signs.some((s) => /absent/i.test(s) && /Ptosis/.test(s)));
}

// story: the request's own words, with one button.
async function story(page, file) {
  await press(page, "Chercher les signes dans le récit");
  assert.equal(page.url(), file + "/signes/lettre");
  assert.ok(await page.locator("mark", { hasText: "monter l’escalier" }).count() > 0, "the story tells of the stairs");
  await look(page, "story read");
}
