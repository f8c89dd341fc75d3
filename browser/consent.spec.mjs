// What a person agreed to and took back, on the file: noting it, what it reaches,
// who is still to be told, the sheet for the family; with axe, and without
// JavaScript on a phone.
import { test, before, after } from "node:test";
import assert from "node:assert/strict";
import { clean, launch, person, signIn } from "./desk.mjs";
import { press } from "./steps.mjs";

let browser;
before(async () => { browser = await launch(); });
after(async () => { await browser.close(); });

// asked opens a file of the demo in which an expert was asked; each run takes
// another, since the word of the person stays.
async function asked(page, basket, nth) {
  await page.goto("/bureau?liste=" + basket);
  await page.locator("table.work tbody th a").nth(nth).click();
  await page.waitForLoadState();
}

for (const [js, width, nth] of [[true, 1280, 0], [false, 390, 1]]) {
  test(`a withdrawal at ${width} px, ${js ? "with" : "without"} JavaScript`, async () => {
    const page = await person(browser, { js, width });
    await signIn(page, "Inès Exemple");
    await asked(page, "hand", nth);
    await clean(page, `file with its consents ${width}`, js);
    await press(page, "Noter un accord ou un refus", "link");
    await page.getByRole("heading", { name: "Accords et oppositions" }).waitFor();
    await clean(page, `consents ${width}`, js);
    await page.getByRole("link", { name: "Noter un accord ou un refus, Partage hors de l’équipe de soins" }).click();
    await page.locator("#noter").waitFor();
    await clean(page, `consent form ${width}`, js);

    await page.getByLabel("Nom du destinataire").fill("Pr Inventé");
    await press(page, "Noter");
    await page.locator(".faults").waitFor();
    assert.equal(await page.getByLabel("Nom du destinataire").inputValue(), "Pr Inventé", "what was typed is kept");
    await clean(page, `consent form with faults ${width}`, js);

    await page.getByLabel("Nom du destinataire").fill("");
    await page.getByLabel("Retire son accord").check();
    await page.getByLabel("Pour quel destinataire").selectOption("any");
    await page.getByLabel("la personne elle-même").check();
    await page.getByLabel("De quelle manière").selectOption("phone");
    await press(page, "Noter");
    await page.getByText("C’est noté.").waitFor();
    assert.match(await page.locator("main").innerText(), /Refus ou retrait/);
    await clean(page, `consents after a withdrawal ${width}`, js);

    await page.goto("/bureau/accords");
    await clean(page, `who is to be told ${width}`, js);
    await asked(page, "hand", nth);
    await press(page, "Noter un accord ou un refus", "link");
    await press(page, "Fiche pour la famille (anglais)", "link");
    assert.match(await page.locator("main").innerText(), /Changing your mind/);
    await clean(page, `consent sheet ${width}`, js);
    await page.context().close();
  });
}
