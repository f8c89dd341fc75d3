// One person who came twice under two spellings: found while names are typed,
// made one by two people and two again, with the people around them and the rules
// for calls; with axe, on a wide screen and a telephone, and without JavaScript.
import { test, before, after } from "node:test";
import assert from "node:assert/strict";
import { clean, launch, person, signIn } from "./desk.mjs";
import { fillGP, gpRequest, press, receipt } from "./steps.mjs";

let browser;
before(async () => { browser = await launch(); });
after(async () => { await browser.close(); });

// asked sends a request about an invented child, and gives its reference.
async function asked(family) {
  const page = await person(browser);
  await page.goto("/demande/medecin");
  await fillGP(page, { ...gpRequest, family, first: "Ulysse", birth: "02/04/2015" });
  await press(page, "Vérifier la demande");
  await press(page, "Envoyer la demande");
  const { reference } = await receipt(page);
  await page.context().close();
  return reference;
}

async function open(page, reference) {
  await page.goto("/bureau");
  await page.locator("#f-q").fill(reference);
  await press(page, "Chercher");
  await press(page, reference, "link");
}

for (const [js, width] of [[true, 1280], [false, 390]]) {
  const how = `${width} px, ${js ? "with" : "without"} JavaScript`;
  // Each run has its own invented family.
  const [first, second] = js ? ["Zéphirinot", "Séfirino"] : ["Bramboisier", "Brambouasié"];

  test(`found before it is created, merged by two and undone by two, at ${how}`, async () => {
    const one = await asked(first), other = await asked(second);
    const nurse = await person(browser, { js, width });
    await signIn(nurse, "Inès Exemple");
    await open(nurse, one);
    await press(nurse, "Identifier le patient", "link");
    await clean(nurse, `identity ${width}`, js);
    await press(nurse, "Enregistrer l’identité");

    await open(nurse, other);
    await press(nurse, "Identifier le patient", "link");
    const told = await nurse.locator("#f-first_names").inputValue();
    await nurse.locator("#f-first_names").fill("Xxxxx");
    await nurse.locator("#f-birth_name").fill("Zzz");
    if (js) { // by itself, while typing
      await nurse.getByText("Aucun patient et aucune demande de votre plateforme ne ressemblent").waitFor();
      await nurse.locator("#f-first_names").fill(told);
      await nurse.locator("#f-birth_name").fill(second);
      await nurse.locator("[data-seek-found] h3").filter({ hasText: first }).waitFor();
    } else {
      await nurse.locator("#f-first_names").fill(told);
      await nurse.locator("#f-birth_name").fill(second);
      await press(nurse, "Chercher");
    }
    assert.match(await nurse.locator("[data-seek-found]").innerText(), new RegExp(first));
    assert.equal(await nurse.locator("#f-birth_name").inputValue(), second);
    await clean(nurse, `identity with who may be meant ${width}`, js);
    await press(nurse, "Enregistrer l’identité"); // a mistake that is mended below

    await nurse.goto("/bureau/patients/doublons");
    await clean(nurse, `doubles ${width}`, js);
    await nurse.getByRole("listitem").filter({ hasText: second }).filter({ hasText: first }).getByRole("link", { name: /Comparer/ }).click();
    await clean(nurse, `two identities ${width}`, js);
    await nurse.getByLabel(new RegExp(first)).check();
    await nurse.getByLabel("Ce qui le montre").fill("La famille l’a confirmé au téléphone.");
    await press(nurse, "Proposer le rapprochement");
    await nurse.getByText("Le rapprochement est proposé.").waitFor();

    const secretary = await person(browser, { js, width });
    await signIn(secretary, "Solène Modèle");
    await press(secretary, /Rapprochements à décider/, "link");
    await secretary.getByRole("listitem").filter({ hasText: second.toUpperCase() }).getByRole("link", { name: /Voir/ }).click();
    await clean(secretary, `a merge to decide ${width}`, js);
    await press(secretary, "Rapprocher");
    await secretary.getByText("Les deux identités sont rapprochées.").waitFor();
    await open(secretary, other);
    assert.match(await secretary.locator(".identity").innerText(), new RegExp(first.toUpperCase()));
    await secretary.goto("/bureau/patients/doublons");
    await secretary.getByRole("link", { name: new RegExp(first.toUpperCase()) }).last().click();
    if (await secretary.getByText("Défaire ce rapprochement…").count()) await secretary.getByText("Défaire ce rapprochement…").click();
    await secretary.getByLabel("Pourquoi").fill("Ce sont deux cousins du même âge.");
    await press(secretary, "Proposer de défaire");

    await nurse.goto("/bureau/patients/doublons");
    await nurse.getByRole("listitem").filter({ hasText: second.toUpperCase() }).getByRole("link", { name: /Voir/ }).click();
    await press(nurse, "Défaire");
    await nurse.getByText("Ce rapprochement a été défait").waitFor();
    await clean(nurse, `two again ${width}`, js);
    await open(nurse, other);
    assert.match(await nurse.locator(".identity").innerText(), new RegExp(second.toUpperCase()));
  });

  test(`people around a patient and rules for calls, at ${how}`, async () => {
    const page = await person(browser, { js, width });
    await signIn(page, "Inès Exemple");
    await page.goto("/bureau?liste=hand");
    await page.locator("tbody a.ref").first().click();
    await press(page, "Proches, appels, accord", "link");
    await clean(page, `people ${width}`, js);
    await page.locator("summary", { hasText: "Ajouter quelqu’un" }).click();
    const form = page.locator("details", { hasText: "Ajouter quelqu’un" }).last().locator("form");
    await form.getByLabel("Nom et prénom").fill("Ida Fictive");
    await form.getByLabel("Lien").selectOption("mother");
    await form.getByLabel("Autorité").selectOption("parental");
    await form.getByLabel("Ce qu’on peut lui dire").selectOption("all");
    await form.getByLabel("Téléphone").fill("06 92 00 00 09");
    await form.getByRole("button").click();
    await page.getByText("C’est enregistré.").waitFor();
    await page.locator("summary", { hasText: "Ajouter une règle d’appel" }).click();
    await page.getByLabel("Pas avant").fill("23 h 59");
    await page.getByLabel("Qui répond").fill("la tante");
    await page.locator("details", { hasText: "Ajouter une règle d’appel" }).locator("button").click();
    await page.getByText("C’est enregistré.").waitFor();
    await clean(page, `people with a rule ${width}`, js);
    await press(page, "← Revenir à la demande", "link");
    assert.match(await page.locator("main").innerText(), /ne pas appeler avant 23\sh\s59/);
    await clean(page, `file with people ${width}`, js);
  });
}

test("is this person known: by telephone", async () => {
  const page = await person(browser);
  await signIn(page, "Solène Modèle");
  await press(page, "Cette personne est-elle connue ?", "link");
  await page.locator("#f-family_name").pressSequentially("Zéphirinot");
  await page.locator("#f-first_name").pressSequentially("Ulysse");
  await page.locator("[data-seek-found] h3").first().waitFor();
  await clean(page, "who is known");
});
