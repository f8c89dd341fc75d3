// Asking in other ways: a family on a phone, by the keyboard alone, in English,
// twice by accident; and what each page weighs.
import { test, before, after } from "node:test";
import assert from "node:assert/strict";
import { axes, clean, launch, person, seen } from "./desk.mjs";
import * as step from "./steps.mjs";
import { look, press } from "./steps.mjs";

let browser;
before(async () => { browser = await launch(); });
after(async () => { await browser.close(); });

const next = (page) => press(page, "Continuer");

test("a family asks on a phone, and may not know", async () => {
  const page = await person(browser, { width: 390 });
  await page.goto("/demande");
  await look(page, "doors");
  await page.goto("/");
  await press(page, /Je suis un patient ou un proche/, "link");
  const bytes = weigh(page);
  await next(page);
  assert.ok(await page.locator("#e-diagnosis").isVisible());
  await look(page, "family, first question with a fault");
  const answers = {
    diagnostic: () => page.getByLabel("Je ne sais pas").check(),
    territoire: async () => {
      await page.getByLabel(/Réunion et Mayotte/).check();
      await page.locator("#f-commune").fill("Sada");
    },
    depuis: () => page.locator("#f-since").fill("depuis un an"),
    "pour-qui": () => page.getByLabel("Pour mon enfant").check(),
    nom: () => page.locator("#f-first_name").fill("Inaya"),
    naissance: async () => { await page.locator("#f-unsure").check(); await page.locator("input[name=sex][value=female]").check(); },
    histoire: () => page.locator("#f-story").fill("Elle tombe souvent et se fatigue vite."),
    "deja-fait": () => page.locator("#f-unsure").check(),
    attente: () => page.locator("#f-unsure").check(),
    urgence: () => page.getByLabel(/quelques semaines/).check(),
    "vous-joindre": async () => { await page.locator("#f-name").fill("Fatima Inventée"); await page.locator("#f-phone").fill("06 39 98 12 34"); },
    "medecin-traitant": () => page.locator("#f-unsure").check(),
    accord: async () => {
      await next(page);
      await look(page, "family, no consent");
      await page.locator("#f-consent").check();
    },
  };
  for (const [slug, fill] of Object.entries(answers)) {
    await fill();
    await look(page, "family, " + slug);
    await next(page);
  }
  await page.waitForURL(/\/verifier$/);
  await look(page, "family, check page");
  await press(page, /^Modifier\s+Histoire/, "link");
  await page.locator("#f-story").fill("Elle tombe souvent et se fatigue vite, depuis un an.");
  await next(page);
  await page.waitForURL(/\/verifier$/);
  assert.match(await page.locator("#f-story").innerText(), /depuis un an/);
  await press(page, "Envoyer la demande");
  const got = await step.receipt(page);
  await look(page, "family, receipt");
  await step.follow(page, got);
  await look(page, "family, tracking");
  assert.ok(await bytes() <= 200 * 1024, "the whole request of a family fits in 200 KB");
  await page.goto("/suivi");
  await page.locator("#f-reference").fill(got.reference);
  await page.locator("#f-secret").fill(got.secret);
  await press(page, "Voir qui a ouvert ma demande");
  await page.waitForURL(/\/suivi\/acces$/);
  await look(page, "family, accesses");
  await page.context().close();
});

test("a professional asks by the keyboard alone", async () => {
  const page = await person(browser);
  await page.goto("/demande/medecin");
  const at = () => page.evaluate(() => document.activeElement.name || document.activeElement.textContent.trim());
  await page.keyboard.press("Tab");
  assert.equal(await at(), "Aller au contenu");
  const ring = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
  assert.notEqual(ring, "none", "who has the focus is seen");
  await page.keyboard.press("Enter");
  const to = async (name) => {
    for (let n = 0; n < 40 && (await at()) !== name; n++) await page.keyboard.press("Tab");
    assert.equal(await at(), name);
  };
  const type = async (name, words) => { await to(name); await page.keyboard.type(words); };
  await to("diagnosis");
  await page.keyboard.press("Space");
  await type("platform", "Plateforme maladies rares G");
  await type("first_name", "Tabatha");
  await type("family_name", "Clavier");
  await type("birth_date", "2019");
  await to("sex");
  await page.keyboard.press("Space");
  await type("question", "Quelle équipe ?");
  await type("name", "Dr Clara Inventée");
  await type("phone", "05 90 00 00 00");
  await to("consent");
  await page.keyboard.press("Space");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/verifier$/);
  await to("Envoyer la demande");
  await page.keyboard.press("Enter");
  await step.receipt(page);
  await page.context().close();
});

test("the same in English", async () => {
  const page = await person(browser, { lang: "en-GB" });
  await page.goto("/");
  assert.equal(await page.locator("html").getAttribute("lang"), "en");
  await look(page, "English, home");
  await page.goto("/demande/medecin?platform=reunion");
  await press(page, await page.locator("form .actions button").first().innerText());
  assert.match(await page.title(), /^Error/);
  await look(page, "English, form with faults");
  assert.doesNotMatch(await page.locator("main").innerText(), /Choisissez|Écrivez|Indiquez/, "no sentence is left in French");
  await page.goto("/?lang=fr");
  assert.equal(await page.locator("html").getAttribute("lang"), "fr");
  await page.context().close();
});

for (const js of [true, false]) {
  test(`pressing twice, going back and sending again gives one request ${js ? "with" : "without"} JavaScript`, async () => {
    const page = await person(browser, { js });
    const name = js ? "Doublet" : "Doublon";
    await page.goto("/demande/medecin?platform=reunion");
    await step.fillGP(page, { ...step.gpRequest, family: name });
    await press(page, "Vérifier la demande");
    const form = page.url().replace(/\/verifier$/, "");
    const tab = await page.context().newPage();
    Object.assign(tab, { js, faults: [] });
    await tab.goto(form + "/medecin");
    await page.getByRole("button", { name: "Envoyer la demande" }).dblclick();
    const first = await step.receipt(page);
    await page.goBack();
    await page.waitForLoadState();
    if (/verifier$/.test(page.url())) await press(page, "Envoyer la demande");
    assert.equal((await step.receipt(page)).reference, first.reference, "the same receipt again");
    const again = await page.request.post(form + "/envoyer");
    assert.ok((await again.text()).includes(first.reference), "a replay finds the same request");
    await tab.locator("#f-done").fill("Une échographie est venue depuis.");
    await press(tab, "Vérifier la demande");
    assert.match(await tab.locator("#f-words").inputValue(), /Une échographie est venue depuis/, "changed words are kept, and offered as a complement");
    await look(tab, "already sent");
    await press(tab, "Envoyer le complément");
    assert.equal((await step.receipt(tab)).reference, first.reference);
    await look(tab, "complement received");
    const nurse = await person(browser);
    await step.signIn(nurse, js ? "Solène Modèle" : "Dr Marius Fictif"); // a code of the telephone serves once
    await nurse.locator("#f-q").fill(name);
    await press(nurse, "Chercher");
    assert.equal(await nurse.locator("table.work tbody tr").count(), 1);
    for (const p of [page, nurse]) await p.context().close();
  });
}

test("pages are light", async () => {
  const kb = {};
  const measure = async (name, most, open, page) => {
    const bytes = weigh(page);
    await open(page);
    kb[name] = Math.round(await bytes() / 102.4) / 10;
    assert.ok(kb[name] <= most, `${name}: ${kb[name]} KB, at most ${most}`);
  };
  const fresh = async (name, most, address) => {
    const page = await person(browser);
    await measure(name, most, () => page.goto(address), page);
    await page.context().close();
  };
  for (const [name, address] of Object.entries({ home: "/", doors: "/demande", family: "/demande/famille", tracking: "/suivi", resume: "/reprendre" })) {
    await fresh(name, 30, address);
  }
  await fresh("professional's form", 50, "/demande/medecin");
  await fresh("social worker's form", 50, "/demande/social");
  const expert = await person(browser, { width: 390 });
  const link = await step.letter(await person(browser), "MR-", "/avis/");
  await measure("expert's question", 60, async () => {
    await expert.goto(link);
    await expert.locator("main button").first().click();
  }, expert);
  const nurse = await person(browser);
  await step.signIn(nurse, "Inès Exemple");
  await measure("work list", 150, () => nurse.goto("/bureau"), nurse);
  await measure("call", 150, () => nurse.goto("/bureau/appel"), nurse);
  await nurse.goto("/bureau");
  const file = await nurse.locator("table.work a.ref").nth(4).getAttribute("href");
  for (const part of ["", "/patient", "/signes", "/orientation", "/reponse"]) await measure("file" + part, 150, () => nurse.goto(file + part), nurse);
  await measure("report", 120, () => nurse.goto("/rapport/" + new Date().getFullYear()), nurse);
  console.log(JSON.stringify(kb));
});

// weigh adds up what comes over the wire from now on, as compressed.
function weigh(page) {
  const done = [];
  page.on("requestfinished", (r) => done.push(r.sizes().then((s) => s.responseBodySize + s.responseHeadersSize)));
  return async () => {
    await page.waitForLoadState("networkidle");
    return (await Promise.all(done)).reduce((a, b) => a + b, 0);
  };
}

test("axe sees a fault made on purpose", { skip: !axes && "axe looks on the first engine" }, async () => {
  const page = await person(browser);
  await page.goto("/suivi");
  await page.evaluate(() => document.querySelector("label[for=f-secret]").remove());
  await assert.rejects(clean(page, "a field without its label"), /label/);
  await page.context().close();
});

test("axe looked at every state", () => {
  const slugs = ["diagnostic", "territoire", "depuis", "pour-qui", "nom", "naissance", "histoire", "deja-fait", "attente", "urgence", "vous-joindre", "medecin-traitant", "accord"];
  const states = ["doors", "family, first question with a fault", ...slugs.map((s) => "family, " + s), "family, no consent", "family, check page",
    "family, receipt", "family, tracking", "family, accesses", "English, home", "English, form with faults", "already sent", "complement received"];
  assert.deepEqual(states.filter((s) => !seen.includes(s)), [], "states that were not reached");
});
