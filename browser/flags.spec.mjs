// The public self-check, the module's notice and switch, choices against the
// list, and a result printed with its number: with and without JavaScript.
import { test, before, after } from "node:test";
import assert from "node:assert/strict";
import { launch, person, seen } from "./desk.mjs";
import * as step from "./steps.mjs";
import { look, press } from "./steps.mjs";

let browser;
before(async () => { browser = await launch(); });
after(async () => { await browser.close(); });

const widths = [1280, 390];

// check answers the self-check and asks what to do now.
async function check(page, answers, platform) {
  await page.goto("/quand-y-penser");
  for (const [name, value] of Object.entries(answers)) {
    await page.locator(`[name="${name}"][value="${value}"]`).check();
  }
  if (platform) await page.locator("#f-platform").selectOption(platform);
  await press(page, "Que faire maintenant ?");
  return page.locator("h1").innerText();
}

for (const js of [true, false]) {
  for (const width of widths) {
    test(`the self-check at ${width} px ${js ? "with" : "without"} JavaScript`, async () => {
      const page = await person(browser, { js, width });
      await page.goto("/");
      await press(page, /Quand penser à une maladie rare/, "link");
      await look(page, `flags-check-${width}`);
      await press(page, "Que faire maintenant ?");
      assert.match(await page.title(), /^Erreur/);
      assert.ok(await page.getByText("Répondez au moins à une question").isVisible());
      await look(page, `flags-nothing-${width}`);
      assert.match(await check(page, { "a-etat-de-mal": "yes", rest: "no" }), /Appelez le 15 ou le 112/);
      assert.match(await page.locator("main").innerText(), /Traitement de secours/);
      await look(page, `flags-call-${width}`);
      assert.match(await check(page, { "a-perte-acquisitions": "yes", rest: "no" }), /avis spécialisé dans les jours/);
      await look(page, `flags-phone-${width}`);
      assert.match(await check(page, { "a-plusieurs-organes": "yes", "a-avis-multiples": "unknown", rest: "no" }, "reunion"), /Demandez l’avis de la plateforme/);
      await look(page, `flags-ask-${width}`);
      assert.ok(page.url().endsWith("/quand-y-penser"), "no answer is in the address");
      await press(page, "Modifier mes réponses");
      assert.ok(await page.locator("[name=a-plusieurs-organes][value=yes]").isChecked(), "the answers are kept");
      assert.ok(await page.locator("[name=a-avis-multiples][value=unknown]").isChecked());
      assert.equal(await page.locator("#f-platform").inputValue(), "reunion");
      await press(page, "Que faire maintenant ?");
      await page.locator("main").getByRole("link", { name: /Faire une demande/ }).click();
      await page.waitForLoadState();
      assert.equal(await page.locator("#f-platform").inputValue(), "reunion", "the form knows the territory");
      assert.match(await check(page, { "a-famille-atteinte": "unknown", rest: "unknown" }), /Il manque des éléments/);
      assert.match(await page.locator("main").innerText(), /n’est pas écarté/);
      await look(page, `flags-again-${width}`);
      await page.goto("/quand-y-penser");
      for (const no of await page.locator(".tri [value=no]").all()) await no.check();
      await press(page, "Que faire maintenant ?");
      assert.match(await page.locator("h1").innerText(), /Pas de signe d’appel/);
      await look(page, `flags-none-${width}`);
      assert.deepEqual(await page.context().cookies(), [], "nothing is left in the browser");
      await page.goto("/quand-y-penser/signes");
      await look(page, `flags-list-${width}`);
      await page.goto("/orientation/notice");
      await page.locator("summary").click();
      await look(page, `notice-${width}`);
      await page.context().close();
    });
  }
}

test("the self-check by the keyboard alone", async () => {
  const page = await person(browser);
  await page.goto("/quand-y-penser");
  const at = () => page.evaluate(() => (document.activeElement.name || document.activeElement.textContent.trim()).replace(/\s/g, " "));
  const to = async (name) => {
    for (let n = 0; n < 60 && (await at()) !== name; n++) await page.keyboard.press("Tab");
    assert.equal(await at(), name);
  };
  await to("rest");
  await page.keyboard.press("Space"); // the first: absent
  await to("a-plusieurs-organes");
  await page.keyboard.press("Space"); // the first: yes
  await to("Que faire maintenant ?");
  await page.keyboard.press("Enter");
  await page.waitForLoadState();
  assert.match(await page.locator("h1").innerText(), /Demandez l’avis/);
  await page.context().close();
});

test("in English, nothing is left in French", async () => {
  const page = await person(browser, { lang: "en-GB", width: 390 });
  await page.goto("/quand-y-penser");
  await page.locator("[name=a-age-trop-jeune][value=yes]").check();
  await look(page, "flags-english");
  await press(page, "What to do now?");
  assert.match(await page.locator("h1").innerText(), /Ask the rare-disease platform/);
  assert.doesNotMatch(await page.locator("main").innerText(), /Demandez|Répondez|maladie rare|écarté/);
  await page.goto("/orientation/notice");
  assert.doesNotMatch(await page.locator("main").innerText(), /Usage prévu|Mesuré|filière/);
  await page.context().close();
});

test("what is printed fits: outcome on one A4, list on two", { skip: !process.env.PHARE_BASE && "no site" }, async () => {
  const page = await person(browser);
  const sheets = async () => {
    const pdf = (await page.pdf({ format: "A4" })).toString("latin1");
    return (pdf.match(/\/Type\s*\/Page\b/g) ?? []).length;
  };
  await check(page, { "a-etat-de-mal": "yes", "a-plusieurs-organes": "yes" }, "reunion");
  assert.equal(await sheets(), 1, "an outcome");
  await check(page, { "a-famille-atteinte": "unknown" });
  assert.equal(await sheets(), 1, "an outcome with all that is open");
  await page.goto("/quand-y-penser");
  assert.ok(await sheets() <= 2, "the questions");
  await page.goto("/quand-y-penser/signes");
  assert.ok(await sheets() <= 2, "the list with its sources");
  await page.context().close();
});

for (const js of [true, false]) {
  test(`module, choices and result ${js ? "with" : "without"} JavaScript`, async () => {
    const family = js ? "Aiguillage" : "Boussole";
    const gp = await person(browser, { js });
    await gp.goto("/demande/medecin?platform=reunion");
    await step.fillGP(gp, { ...step.gpRequest, family });
    await press(gp, "Vérifier la demande");
    await press(gp, "Envoyer la demande");
    const got = await step.receipt(gp);
    const nurse = await person(browser, { js });
    await step.signIn(nurse, "Inès Exemple");
    const file = await step.openFile(nurse, got.reference);
    await nurse.goto(file + "/signes");
    for (const words of ["faiblesse musculaire proximale", "cpk élevées", "marche dandinante"]) await step.addSign(nurse, words);
    await nurse.goto(file + "/orientation");
    await press(nurse, "Chercher d’après ces signes");
    await press(nurse, "Enregistrer ce choix");
    assert.ok(await nurse.locator("#faults").isVisible());
    await nurse.getByRole("radio", { name: "J’ai choisi autre chose" }).check();
    await press(nurse, "Enregistrer ce choix");
    assert.ok(await nurse.locator("#e-other").isVisible(), "the fault is beside its field");
    await look(nurse, "orientation, something else unnamed");
    await nurse.locator("#f-other").fill("Pr Ailleurs, hôpital inventé");
    await nurse.locator("#f-why").selectOption("known");
    await nurse.locator("#f-reason").fill("Suivie là-bas depuis l’enfance.");
    await press(nurse, "Enregistrer ce choix");
    assert.match(await nurse.locator("main").innerText(), /Pr Ailleurs, hôpital inventé[\s\S]*déjà suivie[\s\S]*hors de la liste/);
    await look(nurse, "file with another choice");
    const doctor = await person(browser, { js });
    await step.signIn(doctor, "Dr Marius Fictif");
    await doctor.goto("/bureau/module");
    await look(doctor, "module-on");
    await press(doctor, "Éteindre le module");
    assert.match(await doctor.locator("#e-reason").innerText(), /motif/);
    await look(doctor, "module without a reason");
    await doctor.locator("#f-reason").fill("Essai terminé, avis du médecin référent.");
    await press(doctor, "Éteindre le module");
    await look(doctor, "module-off");
    await nurse.goto(file + "/orientation");
    assert.match(await nurse.locator("main").innerText(), /n’a pas allumé le classement/);
    assert.equal(await nurse.locator("section.network").count(), 0);
    await look(nurse, "orientation with the module off");
    await nurse.locator("#kept ~ ul a").first().click();
    await nurse.waitForLoadState();
    assert.match(await nurse.locator("main").innerText(), /identique, au bit près/);
    await look(nurse, "result");
    await nurse.setViewportSize({ width: 390, height: 900 });
    await look(nurse, "result-390");
    await nurse.goto(file + "/orientation");
    await look(nurse, "orientation-off-390");
    await doctor.goto("/bureau/module");
    await doctor.locator("#f-reason").fill("Repris pour six mois.");
    await press(doctor, "Allumer le module");
    assert.ok(await doctor.locator("#e-read").isVisible(), "the notice must be read first");
    assert.equal(await doctor.locator("#f-reason").inputValue(), "Repris pour six mois.");
    await doctor.locator("#f-read").check();
    await press(doctor, "Allumer le module");
    assert.match(await doctor.locator("main").innerText(), /Repris pour six mois/);
    await doctor.setViewportSize({ width: 390, height: 900 });
    await look(doctor, "module-390");
    await doctor.goto("/rapport");
    const row = doctor.locator("section[aria-labelledby=t-choice] tr", { hasText: "Autre chose que la liste" });
    assert.ok(Number(await row.locator(".num").innerText()) >= 1, "the report counts it");
    for (const page of [gp, nurse, doctor]) await page.context().close();
  });
}

test("these pages are light", async () => {
  for (const [address, most] of Object.entries({ "/quand-y-penser": 30, "/quand-y-penser/signes": 30, "/orientation/notice": 30 })) {
    const page = await person(browser);
    const done = [];
    page.on("requestfinished", (r) => done.push(r.sizes().then((s) => s.responseBodySize + s.responseHeadersSize)));
    await page.goto(address);
    await page.waitForLoadState("networkidle");
    const kb = (await Promise.all(done)).reduce((a, b) => a + b, 0) / 1024;
    console.log(address, kb.toFixed(1), "KB");
    assert.ok(kb <= most, `${address}: ${kb.toFixed(1)} KB, at most ${most}`);
    await page.context().close();
  }
});

test("axe looked at every state", () => {
  const states = ["check", "nothing", "call", "phone", "ask", "again", "none", "list"].flatMap((s) => widths.map((w) => `flags-${s}-${w}`));
  states.push(...widths.map((w) => `notice-${w}`), "flags-english", "orientation, something else unnamed", "file with another choice", "module-on",
    "module without a reason", "module-off", "orientation with the module off", "result", "result-390", "orientation-off-390", "module-390");
  assert.deepEqual(states.filter((s) => !seen.includes(s)), [], "states that were not reached");
});
