// The ways people go along the line, used by the scripts that test it and by
// the one that takes pictures of it. Whoever is named here is invented.
import assert from "node:assert/strict";
import { base, clean, signIn } from "./desk.mjs";

// look passes a page state to axe when the walk has JavaScript.
export async function look(page, name) {
  if (page.js) await clean(page, name);
}

// gpRequest is what a GP types about an invented patient.
export const gpRequest = {
  family: "Démonstration", first: "Rosie", birth: "07/07/1988",
  question: "Faiblesse des cuisses et chutes : quelle équipe, et quels examens avant ?",
  story: "Depuis l’adolescence, fatigue à la marche, chutes, difficulté à monter l’escalier. Mme Démonstration a un frère atteint de la même façon.",
  done: "CPK à 2 400 UI/L. Électromyogramme : tracé myogène.",
  name: "Dr Éloi Inventif", place: "Cabinet inventé, Saint-Louis", mail: "eloi.inventif@phare-demo.invalid",
};

// fillGP types the professional's page, all but what r leaves out.
export async function fillGP(page, r) {
  await page.locator("#f-platform").selectOption("reunion");
  await page.getByLabel("Non, pas de diagnostic").check();
  await page.locator("#f-family_name").fill(r.family);
  await page.locator("#f-first_name").fill(r.first);
  await page.locator("#f-birth_date").fill(r.birth);
  await page.getByLabel("Féminin").check();
  await page.locator("#f-commune").fill("Saint-Louis");
  await page.locator("#f-question").fill(r.question);
  await page.locator("#f-story").fill(r.story);
  await page.locator("#f-done").fill(r.done);
  await page.locator("#f-name").fill(r.name);
  await page.locator("#f-place").fill(r.place);
  await page.locator("#f-mail").fill(r.mail);
  await page.locator("#f-consent").check();
}

// press clicks the button or link of that name and waits for the page behind it.
export async function press(page, name, role = "button") {
  await page.getByRole(role, { name, exact: typeof name === "string" }).first().click();
  await page.waitForLoadState();
}

// receipt reads the reference and the secret from the receipt.
export async function receipt(page) {
  await page.waitForURL(/\/recu(\?|$)/);
  const [reference, secret] = await page.locator(".receipt .ref").allInnerTexts();
  assert.match(reference, /^MR-/);
  return { reference, secret: (secret ?? "").replace(/\D/g, "") };
}

// follow opens the tracking page with what the receipt said.
export async function follow(page, { reference, secret }) {
  await page.goto("/suivi");
  await page.locator("#f-reference").fill(reference);
  await page.locator("#f-secret").fill(secret);
  await page.locator("main form button").first().click();
  await page.waitForLoadState();
}

// openFile goes from the work list to a request.
export async function openFile(page, reference) {
  await page.goto("/bureau");
  for (let n = 0; n < 10 && !(await page.getByRole("link", { name: reference }).count()); n++) {
    await press(page, /Suite de la liste/, "link");
  }
  await press(page, reference, "link");
  assert.match(page.url(), /\/bureau\/demandes\/[^/]+$/);
  return page.url();
}

// addSign searches one sign by its words and notes it.
export async function addSign(page, words, presence = "present") {
  await page.locator("#f-q").fill(words);
  await page.locator("form.seek button").click();
  await page.waitForLoadState();
  await page.locator(`#f-sign tbody tr input[value=${presence}]`).first().check();
  await press(page, "Ajouter les signes cochés");
}

// letter waits until mail about a reference with such a link is in the demo's
// letter box, and gives the link.
export async function letter(page, reference, path) {
  for (let n = 0; n < 60; n++) {
    await page.goto("/demo");
    const link = page.locator(".letters details", { hasText: reference }).locator(`a[href*="${path}"]`).first();
    if (await link.count()) return (await link.getAttribute("href")).replace(/^https?:\/\/[^/]+/, base);
    await page.waitForTimeout(300);
  }
  throw new Error(`no letter about ${reference} with a link to ${path}`);
}

// send previews the question that is on the form and sends it.
export async function send(page) {
  await press(page, "Voir ce que l’expert verra");
  await press(page, "Envoyer la question");
  await page.waitForURL(/\/question\/[^/]+$/);
}

// answerMarks fills every place that the prepared answer leaves for a person.
export async function answerMarks(page) {
  for (const [voice, words] of [
    ["professional", "consultation de myologie du centre inventé, dans les deux mois ; le médecin traitant adresse le dossier."],
    ["family", "Un spécialiste des muscles a lu la demande. La plateforme vous appelle cette semaine pour le rendez-vous."],
  ]) {
    const box = page.locator("#f-" + voice);
    await box.fill((await box.inputValue()).replace(/\[à compléter[^\]]*\]/g, words));
  }
}

export { signIn };
