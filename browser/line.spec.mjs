// The whole line: from a professional's request to the letter they read and the
// line it adds to the yearly report, once with JavaScript and once without.
import { test, before, after } from "node:test";
import assert from "node:assert/strict";
import { launch, person, seen } from "./desk.mjs";
import * as step from "./steps.mjs";
import { look, press } from "./steps.mjs";

let browser;
before(async () => { browser = await launch(); });
after(async () => { await browser.close(); });

// closedInReport reads how many requests of this year ended with an answer.
async function closedInReport(page) {
  await page.goto("/rapport/" + new Date().getFullYear());
  await look(page, "report");
  const row = page.locator("section[aria-labelledby=t-ended] tr", { hasText: "Réponse envoyée" });
  return Number(await row.locator(".num").innerText());
}

for (const js of [true, false]) {
  test(`the whole line ${js ? "with" : "without"} JavaScript`, async () => {
    const ask = js ? step.gpRequest : { ...step.gpRequest, family: "Exemplaire", first: "Maëlle", birth: "28/03/2012",
      story: "Fatigue à la marche depuis l’école, chutes." };
    const nurse = await person(browser, { js });
    await nurse.goto("/connexion");
    await look(nurse, "sign-in");
    await step.signIn(nurse, "Inès Exemple");
    const before = await closedInReport(nurse);
    const gp = await person(browser, { js });
    const got = await aRequest(gp, ask);
    await studied(nurse, got.reference, ask);
    await asked(nurse, ask);
    await answeredByPhone(await step.letter(await person(browser, { js }), got.reference, "/avis/"), ask, js);
    await written(nurse, got.reference);
    const physician = await person(browser, { js });
    await signed(physician, got.reference);
    await readBack(gp, got);
    assert.equal(await closedInReport(physician), before + 1, "the report counts the request");
    for (const page of [gp, nurse, physician]) await page.context().close();
  });
}

// aRequest: a professional asks, makes a mistake, mends it, looks again, sends,
// and follows.
async function aRequest(page, ask) {
  await page.goto("/");
  await look(page, "home");
  await press(page, /Je suis un professionnel/, "link");
  await look(page, "professional's form");
  await step.fillGP(page, { ...ask, birth: "32/13/1988" });
  await press(page, "Vérifier la demande");
  assert.match(await page.title(), /^Erreur/);
  assert.ok(await page.locator("#e-birth_date").isVisible(), "the fault is beside its field");
  assert.equal(await page.locator("#f-birth_date").inputValue(), "32/13/1988");
  assert.equal(await page.locator("#f-story").inputValue(), ask.story);
  if (page.js) assert.equal(await page.evaluate(() => document.activeElement.id), "faults");
  await look(page, "professional's form with a fault");
  await press(page, await page.locator("#e-birth_date").evaluate((e) => e.lastChild.textContent.trim()), "link");
  await page.locator("#f-birth_date").fill(ask.birth);
  await press(page, "Vérifier la demande");
  await page.waitForURL(/\/verifier$/);
  await look(page, "check page");
  await press(page, /^Modifier\s+Commune/, "link");
  await page.locator("#f-commune").fill("Cilaos");
  await press(page, "Vérifier la demande");
  assert.match(await page.locator("#f-commune").innerText(), /Cilaos/);
  await press(page, "Envoyer la demande");
  const got = await step.receipt(page);
  assert.match(got.secret, /^\d{10}$/);
  await look(page, "receipt");
  await page.reload();
  assert.equal((await step.receipt(page)).secret, "", "a receipt shows its secret once");
  assert.doesNotMatch(await page.locator("main").innerText(), new RegExp(got.secret.replace(/(\d)/g, "$1\\D?")));
  await look(page, "receipt again");
  await step.follow(page, { ...got, secret: "0000000000" });
  await look(page, "tracking refused");
  await step.follow(page, got);
  assert.match(await page.locator(".steps [aria-current], .steps .done").first().innerText(), /Reçue/);
  assert.doesNotMatch(await page.locator("main").innerText(), new RegExp(`${ask.family}|chutes`), "tracking tells nothing of the patient");
  await look(page, "tracking");
  return got;
}

// studied: the nurse takes the request, identifies the patient, enters signs.
async function studied(page, reference, ask) {
  await page.goto("/bureau");
  await look(page, "work list");
  const file = await step.openFile(page, reference);
  assert.match(await page.locator("main").innerText(), new RegExp(ask.family));
  await look(page, "file, received");
  await press(page, "Prendre cette demande");
  await press(page, "Identifier le patient", "link");
  assert.ok(await page.getByRole("button", { name: /C’est cette personne/ }).count(), "a patient of that name and date is shown");
  await look(page, "possible duplicates");
  await page.locator("#f-birth_date").fill("32/13/1988");
  await press(page, "Enregistrer l’identité");
  await look(page, "identity with a fault");
  await page.locator("#f-birth_date").fill(ask.birth);
  await press(page, "Enregistrer l’identité");
  await page.goto(file + "/signes");
  await look(page, "signs, none yet");
  for (const words of ["faiblesse musculaire proximale", "cpk élevées", "marche dandinante"]) await step.addSign(page, words);
  await step.addSign(page, "ptosis", "absent");
  await page.locator("#f-q").fill("fatigue");
  await page.locator("form.seek button").click();
  await page.waitForLoadState();
  assert.equal(await page.locator("#known ~ .signs li").count(), 4);
  await look(page, "signs");
  await page.locator("#f-q").fill("xyzzyx");
  await page.locator("form.seek button").click();
  await page.waitForLoadState();
  await look(page, "signs not found");
  await page.goto(file);
}

// asked: the networks say why; one person is chosen with a reason and asked.
async function asked(page, ask) {
  await press(page, "Équipes à contacter", "link");
  await look(page, "orientation, before");
  await press(page, "Chercher d’après ces signes");
  const best = page.locator("section.network").first();
  assert.match(await best.innerText(), /Pourquoi\s:/);
  await press(page, "Enregistrer ce choix");
  await look(page, "orientation without a choice");
  await page.getByRole("radio", { name: /Dr Basile Inventé/ }).first().check();
  await page.locator("#f-reason").fill("Tableau de faiblesse des ceintures, CPK élevées.");
  await look(page, "orientation");
  await press(page, "Enregistrer ce choix");
  assert.equal(await page.locator("#f-recipient").inputValue(), "Dr Basile Inventé");
  await page.locator("#f-ask").fill("");
  await press(page, "Voir ce que l’expert verra");
  await look(page, "question with a fault");
  await page.locator("#f-ask").fill("Quels examens avant une consultation de myologie, et dans quel délai ?");
  await press(page, "Voir ce que l’expert verra");
  if (/Mme/.test(ask.story)) {
    assert.ok(await page.locator("mark", { hasText: ask.family }).count(), "a name in the text is marked");
    await look(page, "preview with a name");
    await press(page, "Modifier");
    await page.locator("#f-story").fill(ask.story.replaceAll("Mme " + ask.family, "La patiente"));
    await press(page, "Voir ce que l’expert verra");
  }
  await look(page, "preview");
  await press(page, "Envoyer la question");
  await page.waitForURL(/\/question\/[^/]+$/);
  assert.match(await page.locator("#link").inputValue(), /\/avis\//);
  await look(page, "question sent");
}

// answeredByPhone: the expert, with no account, on a phone. Opening the link
// changes nothing; the button does.
async function answeredByPhone(link, ask, js) {
  const page = await person(browser, { js, width: 390 });
  for (let n = 0; n < 2; n++) {
    await page.goto(link);
    assert.ok(await page.getByRole("button", { name: "Ouvrir la question" }).isVisible());
  }
  await look(page, "expert's door");
  await press(page, "Ouvrir la question");
  const shown = await page.locator("main").innerText();
  for (const name of [ask.family, ask.first, ask.name, ask.place, "Cilaos", ask.birth]) assert.ok(!shown.includes(name), name + " is shown to the expert");
  assert.match(shown, /myologie/);
  await look(page, "expert's case");
  await press(page, "Déposer mon avis");
  await look(page, "expert's case with faults");
  await page.locator("#f-opinion").fill("Évoque une dystrophie des ceintures. Consultation de myologie dans les deux mois.");
  await page.locator("#f-exams").fill("Échographie cardiaque, spirométrie, panel génétique.");
  await page.locator("#f-referral").fill("Centre inventé de myologie.");
  await page.locator("#f-signed").fill("Dr Basile Inventé");
  await press(page, "Déposer mon avis");
  assert.match(await page.locator("main").innerText(), /votre avis est déposé/);
  await look(page, "expert's thanks");
  await press(page, "Revoir ce que j’ai envoyé");
  await look(page, "opinion as filed");
  await page.context().close();
}

// written: the nurse reads the opinion and writes the answer in two voices.
async function written(page, reference) {
  await step.openFile(page, reference);
  assert.match(await page.locator("#questions").innerText(), /dystrophie des ceintures/);
  await look(page, "file, answered");
  await press(page, "Marquer comme lu");
  await press(page, "Écrire la réponse", "link");
  await look(page, "answer, prepared");
  await step.answerMarks(page);
  await press(page, "Enregistrer");
  assert.equal(await page.getByRole("button", { name: /signer/ }).count(), 0, "a nurse cannot sign");
  await look(page, "answer, draft");
}

// signed: the physician signs, sends, and takes the letter in every form.
async function signed(page, reference) {
  await step.signIn(page, "Dr Marius Fictif");
  const file = await step.openFile(page, reference);
  await press(page, "Continuer la réponse", "link");
  await press(page, "Enregistrer et signer");
  await look(page, "answer, signed");
  assert.ok(await page.getByLabel("Par courriel, avec un lien").isChecked(), "as the requester asked");
  await press(page, "Envoyer et clore la demande");
  await page.goto(file + "/reponse");
  await look(page, "answer, sent");
  await page.goto(file + "/lettre");
  assert.match(await page.locator(".letter").innerText(), /Dr Marius Fictif/);
  await look(page, "letter");
  await page.goto(file + "/lettre?voix=famille");
  await look(page, "letter to the family");
  for (const voice of ["", "?voix=famille"]) {
    await isFile(await page.request.get(file + "/lettre.pdf" + voice), "application/pdf", "%PDF-");
    await isFile(await page.request.get(file + "/lettre.odt" + voice), "application/vnd.oasis.opendocument.text", "PK");
  }
  await page.goto(file);
  assert.match(await page.locator("h1").innerText(), /Close/);
  await look(page, "file, closed");
}

async function isFile(response, type, magic) {
  assert.equal(response.status(), 200);
  assert.equal(response.headers()["content-type"].split(";")[0], type);
  assert.match(response.headers()["content-disposition"], /^attachment/);
  const body = await response.body();
  assert.equal(body.subarray(0, magic.length).toString("latin1"), magic);
  if (magic === "PK") assert.equal(body.subarray(30, 38).toString("latin1"), "mimetype", "an ODT begins with its type");
}

// readBack: the requester opens the link of the letter box, reads, and follows.
async function readBack(page, got) {
  await page.goto(await step.letter(page, got.reference, "/reponse/"));
  assert.doesNotMatch(await page.locator("main").innerText(), /myologie|Démonstration/, "a link alone tells nothing");
  await look(page, "reader's door");
  await page.locator("#f-secret").fill("0000000000");
  await press(page, "Lire la réponse");
  await look(page, "reader's door refused");
  await page.locator("#f-secret").fill(got.secret);
  await press(page, "Lire la réponse");
  assert.match(await page.locator(".letter").innerText(), /dystrophie des ceintures/);
  await look(page, "letter read");
  if (page.js) {
    const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Garder en PDF" }).click()]);
    assert.match(file.suggestedFilename(), /\.pdf$/);
  }
  await step.follow(page, got);
  assert.match(await page.locator("main").innerText(), /Réponse envoyée le/);
  await look(page, "tracking, closed");
}

test("a refusal with its reason reopens the search", async () => {
  const gp = await person(browser);
  await gp.goto("/demande/medecin?platform=reunion");
  await step.fillGP(gp, { ...step.gpRequest, family: "Refusée", first: "Éva", story: "Fatigue et chutes." });
  await press(gp, "Vérifier la demande");
  await press(gp, "Envoyer la demande");
  const { reference } = await step.receipt(gp);
  const nurse = await person(browser);
  await step.signIn(nurse, "Inès Exemple");
  const file = await step.openFile(nurse, reference);
  await press(nurse, "Prendre cette demande");
  await nurse.goto(file + "/patient");
  await look(nurse, "identity, no duplicate");
  await nurse.goto(file + "/orientation");
  await nurse.locator("#f-network").selectOption("filnemus");
  await press(nurse, "Voir ses équipes", "button");
  await nurse.goto(file + "/question");
  await nurse.locator("#f-recipient").fill("Dr Honoré Modèle");
  await nurse.locator("#f-mail").fill("honore.modele@hopital-imaginaire.invalid");
  await nurse.locator("#f-zone").selectOption("America/Martinique");
  await step.send(nurse);
  const expert = await person(browser, { width: 390 });
  await expert.goto(await nurse.locator("#link").inputValue());
  await press(expert, "Ouvrir la question");
  await press(expert, "Envoyer ce refus");
  await look(expert, "refusal without a reason");
  await expert.getByLabel("Ce n’est pas mon domaine").check();
  await press(expert, "Envoyer ce refus");
  await look(expert, "expert's refusal");
  await nurse.goto(file);
  assert.match(await nurse.locator("#questions").innerText(), /Refusée[^]*Ce n’est pas mon domaine/);
  assert.match(await nurse.locator("h1").innerText(), /En cours/);
  assert.ok(await nurse.getByRole("link", { name: "Poser une question à un expert" }).isVisible());
  await look(nurse, "file, refused");
  for (const page of [gp, nurse, expert]) await page.context().close();
});

test("lists that are empty, and what is not there", async () => {
  const page = await person(browser);
  await step.signIn(page, "Diane Imaginaire");
  await page.goto("/rapport/" + new Date().getFullYear());
  await look(page, "report, small numbers hidden");
  await press(page, /Se déconnecter/);
  await step.signIn(page, "Solène Modèle");
  await page.goto("/bureau?moi=1");
  await look(page, "work list, empty");
  await page.goto("/bureau");
  await page.locator("#f-q").fill("xyzzyx");
  await press(page, "Chercher");
  await look(page, "work list, nothing found");
  await page.goto("/bureau/demandes/xyzzyx");
  await look(page, "not found");
  await page.goto("/annuaire");
  await look(page, "directory");
  await page.goto("/annuaire?q=xyzzyx");
  await look(page, "directory, nothing found");
  await page.goto("/demo");
  await look(page, "demo");
  await page.context().close();
});

test("axe looked at every state", () => {
  assert.deepEqual(states.filter((s) => !seen.includes(s)), [], "states that were not reached");
});

const states = [
  "home", "professional's form", "professional's form with a fault", "check page", "receipt", "receipt again",
  "tracking", "tracking refused", "tracking, closed", "reader's door", "reader's door refused", "letter read",
  "sign-in", "work list", "work list, empty", "work list, nothing found", "file, received", "file, answered", "file, refused", "file, closed",
  "possible duplicates", "identity with a fault", "identity, no duplicate", "signs, none yet", "signs", "signs not found",
  "orientation, before", "orientation without a choice", "orientation", "directory", "directory, nothing found",
  "question with a fault", "preview with a name", "preview", "question sent",
  "expert's door", "expert's case", "expert's case with faults", "expert's thanks", "opinion as filed", "refusal without a reason", "expert's refusal",
  "answer, prepared", "answer, draft", "answer, signed", "answer, sent", "letter", "letter to the family",
  "report", "report, small numbers hidden", "not found", "demo",
];
