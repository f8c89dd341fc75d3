// A confidential file seen from outside its circle: the list, the wall, an
// exceptional access and its review, with axe and without JavaScript.
import { test, before, after } from "node:test";
import assert from "node:assert/strict";
import { clean, launch, person, signIn } from "./desk.mjs";

let browser;
before(async () => { browser = await launch(); });
after(async () => { await browser.close(); });

// walled finds the demo's confidential file in the list of someone outside.
async function walled(page) {
  await page.goto("/bureau?liste=hand&qui=toutes");
  const row = page.getByRole("row").filter({ hasText: "Accès restreint" });
  assert.equal(await row.count(), 1, "one restricted row");
  assert.doesNotMatch(await row.innerText(), /Fictive|1979|mains/);
  return row.getByRole("link").first();
}

for (const [js, width] of [[true, 1280], [false, 390]]) {
  test(`an exceptional access at ${width} px, ${js ? "with" : "without"} JavaScript`, async () => {
    const page = await person(browser, { js, width });
    await signIn(page, js ? "Gaspard Inventé" : "Dr Marius Fictif");
    const link = await walled(page);
    await clean(page, `list with a restricted file ${width}`, js);
    const reference = await link.innerText();
    await link.click();
    await page.getByText("Vous n’êtes pas dans l’équipe de ce dossier.").waitFor();
    assert.match(await page.locator("main").innerText(), /Inès Exemple/);
    assert.doesNotMatch(await page.locator("main").innerText(), /Fictive|Aurore/);
    await clean(page, `wall ${width}`, js);

    await page.getByLabel("Pourquoi maintenant").fill("trop court");
    await page.getByRole("button", { name: /Ouvrir ce dossier/ }).click();
    await page.locator(".faults").waitFor();
    await clean(page, `wall with faults ${width}`, js);
    assert.equal(await page.getByLabel("Pourquoi maintenant").inputValue(), "trop court");
    await page.getByLabel("Garde ou remplacement").check();
    await page.getByLabel("Pourquoi maintenant").fill("La patiente rappelle, essoufflée.");
    await page.getByRole("button", { name: /Ouvrir ce dossier/ }).click();
    await page.getByText("Accès exceptionnel, en lecture seule.").waitFor();
    assert.match(await page.locator("h1").innerText(), new RegExp(reference));
    assert.match(await page.locator("main").innerText(), /Aurore/i);
    assert.equal(await page.locator("main form:visible").count(), 0, "a form is shown by glass");
    await clean(page, `file by exceptional access ${width}`, js);
    await page.goto(page.url() + "/patient");
    assert.match(page.url(), /\/bureau\/demandes\/[^/]+$/);
    await page.context().close();
  });
}

test("the physician reviews, the holder manages the circle", async () => {
  const page = await person(browser);
  await signIn(page, "Dr Marius Fictif");
  await page.goto("/bureau");
  await page.getByRole("link", { name: "Accès exceptionnels" }).click();
  await clean(page, "exceptional accesses");
  assert.match(await page.locator("main").innerText(), /C’est votre accès/); // opened above
  await page.getByRole("button", { name: "Enregistrer la relecture" }).first().click();
  await page.locator(".faults").waitFor();
  await clean(page, "exceptional accesses with faults");
  await page.locator("#f-outcome").getByLabel("justifié", { exact: true }).check();
  await page.locator("#f-outcome ~ p button, form:has(#f-outcome) button").first().click();
  await page.getByRole("heading", { name: "Déjà relus" }).waitFor();
  await clean(page, "exceptional accesses reviewed");
  await page.goto("/bureau/cercle");
  await clean(page, "sharing of files");
  await page.context().close();

  const nurse = await person(browser);
  await signIn(nurse, "Inès Exemple");
  await nurse.goto("/bureau?liste=hand&qui=toutes");
  await nurse.getByRole("row").filter({ hasText: "A. F." }).getByRole("link").first().click();
  await nurse.getByRole("heading", { name: "Qui peut ouvrir ce dossier" }).waitFor();
  for (const name of ["Ajouter un collègue", "Ne plus garder confidentiel", "Cette personne, ou un proche, travaille ici"]) {
    await nurse.locator("summary", { hasText: name }).click();
  }
  await clean(nurse, "circle of a file");
  await nurse.locator("#f-member").selectOption({ label: "Dr Marius Fictif" });
  await nurse.getByRole("button", { name: "Ajouter", exact: true }).first().click();
  await nurse.getByRole("button", { name: /Retirer de l’équipe du dossier.*Marius/ }).waitFor();
  await clean(nurse, "circle with a colleague");
  const file = nurse.url().split(/[?#]/)[0];
  const bar = async (who, why) => {
    await nurse.goto(file);
    await nurse.locator("summary", { hasText: "Cette personne, ou un proche, travaille ici" }).click();
    await nurse.locator("#f-conflict").selectOption({ label: who });
    await nurse.locator("#f-conflict_why").fill(why);
    await nurse.getByRole("button", { name: "Exclure ce compte" }).click();
  };
  await bar("Inès Exemple", "ma nièce");
  await nurse.getByRole("heading", { name: "Vous exclure de ce dossier" }).waitFor();
  await clean(nurse, "asked once more");
  await nurse.getByRole("link", { name: "Non, rester" }).click();
  await bar("Dr Marius Fictif", "sa sœur");
  await nurse.getByRole("status").filter({ hasText: "Ce compte est exclu du dossier" }).waitFor();
  await nurse.locator("summary", { hasText: /Lever l’exclusion.*Marius/ }).click();
  await clean(nurse, "an exclusion");
  await nurse.getByRole("button", { name: "Lever l’exclusion" }).click();
  await nurse.locator(".faults").waitFor();
  await clean(nurse, "an exclusion, with faults");
  await nurse.getByLabel("Pourquoi lever cette exclusion").fill("erreur de compte");
  await nurse.getByRole("button", { name: "Lever l’exclusion" }).click();
  await nurse.getByRole("status").filter({ hasText: "L’exclusion est levée." }).waitFor();
  await nurse.context().close();
});
