// What to look for next: the questions that follow a ranking, answered on the
// page of teams, and the same list on paper; with JavaScript and without.
import { test, before, after } from "node:test";
import assert from "node:assert/strict";
import { launch, person } from "./desk.mjs";
import * as step from "./steps.mjs";
import { look, press } from "./steps.mjs";

let browser;
before(async () => { browser = await launch(); });
after(async () => { await browser.close(); });

const question = (page) => page.locator(".ask-next fieldset");
const names = (page) => page.locator(".ask-next input[value=present]").evaluateAll((all) => all.map((x) => x.name));

for (const js of [true, false]) {
  test(`what to look for next ${js ? "with" : "without"} JavaScript`, async () => {
    const gp = await person(browser, { js });
    await gp.goto("/demande/medecin?platform=reunion");
    await step.fillGP(gp, { ...step.gpRequest, family: "Questionnée", first: js ? "Ana" : "Ava", birth: js ? "03/04/2001" : "05/06/2002" });
    await press(gp, "Vérifier la demande");
    await press(gp, "Envoyer la demande");
    const { reference } = await step.receipt(gp);
    const page = await person(browser, { js });
    await step.signIn(page, "Inès Exemple");
    const file = await step.openFile(page, reference);
    await press(page, "Prendre cette demande");
    await page.goto(file + "/signes");
    for (const words of ["ataxie", "cardiomyopathie hypertrophique", "dysarthrie"]) await step.addSign(page, words);
    await page.goto(file + "/orientation");
    assert.equal(await question(page).count(), 0, "no question before a ranking");
    await press(page, "Chercher d’après ces signes");
    await onPaper(page, file);
    await atPhoneWidth(js, file);
    await asked(page, file);
    for (const p of [gp, page]) await p.context().close();
  });
}

// asked: nothing ticked is said beside the questions; three answers are written
// down, the result is made anew and says what has changed; nothing is asked twice.
async function asked(page, file) {
  const first = await names(page);
  assert.ok(first.length >= 3 && first.length <= 5, `${first.length} questions`);
  assert.equal(await page.locator(".ask-next input:checked").count(), 0, "nothing is answered beforehand");
  assert.match(await question(page).first().innerText(), /Est-ce qu|[Aa]vez-vous remarqué|est-il vrai qu|À chercher à l’examen/);
  assert.match(await question(page).first().innerText(), /ferait (monter|baisser)/);
  await look(page, "questions");
  await press(page, "Enregistrer et chercher à nouveau");
  assert.match(await page.locator("#faults").innerText(), /Répondez à au moins une question/);
  await look(page, "questions without an answer");
  await page.locator(`input[name="${first[0]}"][value=present]`).focus();
  await page.keyboard.press("Space");
  await page.locator(`input[name="${first[1]}"][value=absent]`).check();
  await page.locator(`input[name="${first[2]}"][value=unknown]`).check();
  await press(page, "Enregistrer et chercher à nouveau");
  const since = await page.locator("#since").innerText();
  assert.match(since, /Présent/);
  assert.match(since, /Absent/);
  assert.match(since, /Demandé, on ne sait pas/);
  assert.match(since, /place \(avant|reste à la|restent les mêmes/);
  const then = await names(page);
  for (const name of first.slice(0, 3)) assert.ok(!then.includes(name), name + " is asked again");
  await look(page, "questions answered");
  await page.goto(file);
  assert.match(await page.locator("section[aria-labelledby=signs]").innerText(), /Demandé, on ne sait pas/);
  await page.goto(file + "/signes");
  await look(page, "signs, one asked in vain");
}

// onPaper: the family’s list and that for who examines fit on one A4 page each, and the list names no network and no disease.
async function onPaper(page, file) {
  const listed = await names(page);
  await press(page, "La liste à imprimer", "link");
  assert.equal(await page.locator(".calls li").count(), listed.length);
  assert.match(await page.locator("main").innerText(), /Elles n’annoncent aucune maladie/);
  assert.doesNotMatch(await page.locator("main").innerText(), /FILNEMUS|BRAIN-TEAM|filière/);
  await look(page, "questions on paper");
  const pdf = (await page.pdf({ format: "A4" })).toString("latin1");
  assert.equal((pdf.match(/\/Type\s*\/Page\b/g) ?? []).length, await page.locator(".calls").count(), "one A4 page for each list");
  await page.goto(file + "/orientation");
}

async function atPhoneWidth(js, file) {
  const page = await person(browser, { js, width: 390 });
  await step.signIn(page, "Inès Exemple");
  await page.goto(file + "/orientation");
  await look(page, "questions, phone");
  await page.goto(file + "/a-chercher");
  await look(page, "questions on paper, phone");
  await page.context().close();
}
