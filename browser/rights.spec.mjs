// Who may do what is read; a closed file is erased by two people. With
// JavaScript and without, on a desk and on a phone.
import { test, before, after } from "node:test";
import assert from "node:assert/strict";
import { launch, person } from "./desk.mjs";
import * as step from "./steps.mjs";
import { look, press } from "./steps.mjs";

let browser;
before(async () => { browser = await launch(); });
after(async () => { await browser.close(); });

const main = (page) => page.locator("main").innerText();

// proven goes on past the page that asks who one is: the demo knows the code.
async function proven(page) {
  if (await page.getByRole("heading", { name: "Prouvez que c’est vous" }).count()) await press(page, "Continuer");
}

for (const js of [true, false]) {
  test(`a file is erased by two people ${js ? "with" : "without"} JavaScript`, async () => {
    const gp = await person(browser, { js });
    await gp.goto("/demande/medecin?platform=reunion");
    await step.fillGP(gp, { ...step.gpRequest, family: js ? "Gomme" : "Éponge", mail: "", phone: "0692 00 00 99" });
    await gp.locator("#f-phone").fill("0692 00 00 99");
    await press(gp, "Vérifier la demande");
    await press(gp, "Envoyer la demande");
    const got = await step.receipt(gp);
    const doctor = await person(browser, { js, width: js ? 1280 : 390 });
    await step.signIn(doctor, "Dr Marius Fictif");
    await press(doctor, "Mes accès", "link");
    await press(doctor, "Qui peut quoi", "link");
    assert.match(await main(doctor), /Signer la réponse/);
    await look(doctor, "who may do what");
    const file = await step.openFile(doctor, got.reference);
    await doctor.goto(file + "/effacer");
    assert.match(await main(doctor), /n’est pas close/);
    await look(doctor, "erasure of an open file");
    await doctor.goto(file);
    await doctor.locator("summary", { hasText: "Clore" }).click();
    await doctor.locator("input[name=reason][value=withdrawn]").check();
    await press(doctor, /Clore/);
    await press(doctor, "Effacer ce dossier…", "link");
    await press(doctor, "Demander l’effacement");
    await proven(doctor);
    assert.match(await doctor.locator("#e-ground").innerText(), /Choisissez un motif/);
    await look(doctor, "erasure without a ground");
    await doctor.getByLabel("n’aurait pas dû être créé").check();
    await press(doctor, "Demander l’effacement");
    await proven(doctor);
    assert.match(await main(doctor), /Une autre personne que vous/);
    await look(doctor, "erasures, one's own");
    const director = await person(browser, { js });
    await step.signIn(director, "Diane Imaginaire");
    await press(director, "Mes accès", "link");
    await press(director, "Effacements de dossiers", "link");
    await look(director, "erasures to confirm");
    await press(director, `Effacer pour toujours le dossier ${got.reference}`);
    await proven(director);
    assert.match(await main(director), /Le dossier est effacé/);
    await look(director, "erasures, done");
    await doctor.goto(file);
    assert.match(await main(doctor), /Ce dossier a été effacé/);
    await step.follow(gp, got);
    assert.doesNotMatch(await main(gp), /Gomme|Éponge|close/);
    for (const page of [gp, doctor, director]) await page.context().close();
  });
}
