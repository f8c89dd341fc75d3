// The nurse at triage, needs and tasks, chasing, the day: with JavaScript at a desk,
// and without on a telephone.
import { test, before, after } from "node:test";
import assert from "node:assert/strict";
import { launch, person } from "./desk.mjs";
import * as step from "./steps.mjs";
import { look, press } from "./steps.mjs";

let browser;
before(async () => { browser = await launch(); });
after(async () => { await browser.close(); });

const main = (page) => page.locator("main").innerText();

for (const js of [true, false]) {
  test(`the nurse at triage ${js ? "with" : "without"} JavaScript`, async () => {
    const gp = await person(browser, { js });
    await gp.goto("/demande/medecin?platform=reunion");
    await step.fillGP(gp, { ...step.gpRequest, family: js ? "Tamarin" : "Letchi", mail: "", phone: "0692 00 00 98" });
    await gp.locator("#f-phone").fill("0692 00 00 98");
    await press(gp, "Vérifier la demande");
    await press(gp, "Envoyer la demande");
    const got = await step.receipt(gp);

    const nurse = await person(browser, { js, width: js ? 1280 : 390 });
    await step.signIn(nurse, "Inès Exemple");
    await press(nurse, "Trier", "link");
    assert.match(await main(nurse), /le 15 ou le 112/);
    await look(nurse, "triage");
    const card = nurse.locator("section.card", { hasText: got.reference });
    await card.getByRole("button", { name: "Complète" }).click();
    assert.doesNotMatch(await main(nurse), new RegExp(got.reference));

    const file = await step.openFile(nurse, got.reference);
    assert.match(await main(nurse), /Étude par l’équipe\s*:\s*0 jour sur 5/);
    await nurse.locator("summary", { hasText: "Ajouter un besoin" }).click();
    await nurse.getByLabel("Accompagnement social").check();
    await nurse.getByRole("button", { name: "Ajouter", exact: true }).click();
    const social = nurse.locator("section.card", { hasText: "Accompagnement social" });
    await social.locator("summary", { hasText: "Noter une attente" }).click();
    await social.getByRole("button", { name: "Noter", exact: true }).click();
    assert.match(await main(nurse), /Choisissez qui doit agir/);
    await look(nurse, "a wait that is refused");
    await social.getByLabel("Qui doit agir").selectOption({ label: "une administration, l’école, la MDPH" });
    await social.getByLabel("Nom ou service").fill("MDPH inventée");
    await social.getByLabel("Ce qui est attendu").fill("la notification");
    await social.getByRole("button", { name: "Noter", exact: true }).click();
    assert.match(await main(nurse), /En attente de MDPH inventée/);
    await look(nurse, "needs on the file");

    await nurse.goto("/bureau/relances");
    assert.match(await main(nurse), /MDPH inventée/);
    await look(nurse, "chasing");
    await nurse.goto("/bureau/journee");
    await look(nurse, "my day");
    await nurse.goto("/bureau/releve");
    await look(nurse, "cover");
    await nurse.goto("/bureau/delais");
    await look(nurse, "delays");

    await nurse.goto(file);
    await social.locator("summary", { hasText: "Conclure ce besoin" }).click();
    await social.getByLabel("Le besoin a une réponse").check();
    await social.getByRole("button", { name: "Conclure", exact: true }).click();
    assert.match(await social.innerText(), /conclu/);
    await look(nurse, "a need concluded");
  });
}
