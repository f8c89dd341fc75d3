// The desk's own instruments: the tree is walked one question at a time with and
// without JavaScript, edited, signed and printed; the sheets fit on one page.
import { test, before, after } from "node:test";
import assert from "node:assert/strict";
import { launch, person, seen } from "./desk.mjs";
import * as step from "./steps.mjs";
import { look, press } from "./steps.mjs";

let browser;
before(async () => { browser = await launch(); });
after(async () => { await browser.close(); });

const main = (page) => page.locator("main").innerText();
const say = (page, words) => press(page, words);

for (const js of [true, false]) {
  test(`a secretary walks the tree on the telephone ${js ? "with" : "without"} JavaScript`, async () => {
    const page = await person(browser, { js });
    await step.signIn(page, js ? "Solène Modèle" : "Inès Exemple"); // a code of the telephone serves once
    const file = await page.locator("table.work a.ref").nth(js ? 0 : 1).getAttribute("href");
    await page.goto(file);
    await press(page, "Parcourir l’arbre", "link");
    await look(page, "walk, first question");
    await say(page, "Non");
    await say(page, "Non, ou on ne sait pas");
    await say(page, "Un adulte");
    await look(page, "walk, under way");
    assert.match(page.url(), /\/arbre\?v=\d+(&p=[a-z0-9-]+\.\d)+$/, "the address holds ids of questions, nothing else");
    await page.getByRole("link", { name: /^Changer.*Qui est concerné/ }).click();
    await page.waitForLoadState();
    assert.doesNotMatch(await main(page), /Un adulte Changer/);
    await say(page, "Un bébé de moins d’un an");
    await say(page, js ? /Il est encore jaune/ : /Il est mou/);
    assert.match(await page.locator("h1").innerText(), js ? /Bilan à l’hôpital/ : /Avis pédiatrique/);
    await look(page, "walk, end for a request");
    for (let n = 0; n < 2; n++) { // the second time by going back
      await press(page, "Joindre à la demande");
      assert.equal(await page.locator(".timeline li", { hasText: "Arbre décisionnel joint" }).count(), 1, "joined once");
      if (!n) await page.goBack();
    }
    await page.locator("summary", { hasText: js ? "Bilan à l’hôpital" : "Avis pédiatrique" }).click();
    assert.match(await main(page), /Version \d+ de l’arbre, signée par Dr Marius Fictif/);
    await look(page, "file with a walk");
    await page.context().close();
  });
}

test("on a phone, without a request, by a reference", async () => {
  const page = await person(browser, { width: 390 });
  await step.signIn(page, "Dr Marius Fictif");
  await page.goto("/bureau/arbre");
  await look(page, "tree on a phone");
  await press(page, "Parcourir l’arbre", "link");
  await look(page, "walk on a phone");
  await say(page, "Oui");
  assert.match(await main(page), /URGENT/);
  await look(page, "walk, urgent end");
  const end = page.url();
  await page.locator("#f-reference").fill("MR-0000-0000");
  await press(page, "Trouver la demande");
  assert.equal(await page.locator("#f-reference").inputValue(), "MR-0000-0000");
  await look(page, "walk, wrong reference");
  await page.goto("/bureau");
  const reference = (await page.locator("table.work a.ref").first().innerText()).trim();
  await page.goto(end);
  await page.locator("#f-reference").fill(reference);
  await press(page, "Trouver la demande");
  assert.match(await main(page), /Est-ce bien cette demande[\s\S]*né(e|\(e\))? le/);
  await look(page, "walk, confirm the request");
  await press(page, "Oui, joindre à cette demande");
  assert.match(await main(page), new RegExp("C’est joint[\\s\\S]*" + reference));
  await look(page, "walk, joined");
  await press(page, "Ouvrir la demande " + reference, "link");
  assert.match(await main(page), /Arbre décisionnel joint/);
  await page.goto("/bureau/arbre/parcours?p=nulle-part.1");
  assert.match(await main(page), /L’arbre a changé/);
  await look(page, "walk, tree changed");
  await page.context().close();
});

test("the tree by the keyboard alone", async () => {
  const page = await person(browser);
  await step.signIn(page, "Sacha Exemple");
  await page.goto("/bureau/arbre/parcours");
  for (const words of ["Non", "Oui, le diagnostic est posé"]) {
    for (let n = 0; n < 40; n++) {
      await page.keyboard.press("Tab");
      if (await page.evaluate(() => document.activeElement.textContent.trim()) === words) break;
    }
    await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
  }
  assert.match(await page.locator("h1").innerText(), /De quoi la personne/);
  await page.context().close();
});

for (const js of [true, false]) {
  test(`a nurse edits, a physician signs ${js ? "with" : "without"} JavaScript`, async () => {
    const who = js ? { nurse: "Naïma Exemple", physician: "Dr Gaël Fictif" } : { nurse: "Maëva Modèle", physician: "Dr Alma Fictive" };
    const slug = js ? "orkid" : "marih";
    const nurse = await person(browser, { js });
    await step.signIn(nurse, who.nurse);
    await nurse.goto("/bureau/arbre");
    assert.match(await main(nurse), /à valider par un médecin/, "a starter says that nobody signed it");
    await look(nurse, "tree, starter");
    await press(nurse, "Modifier", "link");
    await look(nurse, "tree, editing");
    const box = nurse.locator("#f-text");
    const words = await box.inputValue();
    const broken = words.replace("est posé => besoin", "est posé => danger");
    await box.fill(broken);
    await press(nurse, "Enregistrer le brouillon");
    assert.match(await main(nurse), /fait tourner en rond \(danger → connue → danger\)/);
    assert.equal(await box.inputValue(), broken, "what was typed is kept");
    const line = words.slice(0, words.indexOf("est posé => besoin")).split("\n").length;
    await nurse.getByRole("link", { name: /fait tourner en rond/ }).click();
    assert.match(await nurse.locator(":target").innerText(), new RegExp(`^${line}\\b[\\s\\S]*est posé => danger`), "the problem jumps to its line");
    await look(nurse, "tree, editing with a loop");
    if (js) {
      await nurse.locator(`[data-line="${line}"]`).click();
      assert.equal(await box.evaluate((b) => b.value.slice(b.selectionStart, b.selectionEnd)), "réponse: Oui, le diagnostic est posé => danger");
    }
    await press(nurse, "Garder comme brouillon à corriger");
    assert.match(await main(nurse), /À corriger/);
    await look(nurse, "tree, draft to correct");
    await press(nurse, "Corriger ce brouillon", "link");
    await box.fill(words.replace("hésite => appeler-15", "hésite => connue"));
    await press(nurse, "Enregistrer le brouillon");
    assert.equal(await nurse.locator("[name=agreed]").count(), 1, "a way to 15 or 112 is gone: to be ticked");
    await look(nurse, "tree, way to urgent gone");
    await nurse.locator("[name=agreed]").check();
    await press(nurse, "Enregistrer le brouillon");
    const doctor = await person(browser, { js, width: 390 });
    await step.signIn(doctor, who.physician);
    await doctor.goto("/bureau/arbre/signer");
    assert.match(await main(doctor), /menait à «\sAppeler le 15/);
    await press(doctor, "Signer ce texte et le mettre en usage");
    assert.match(await main(doctor), /Rétablissez-le, ou cochez/);
    await look(doctor, "signing, tick missing");
    await doctor.context().close();
    await nurse.goto("/bureau/arbre/modifier");
    await box.fill(words.replace("note: ", "note: Relu par une équipe inventée. "));
    await press(nurse, "Aperçu");
    assert.ok(await nurse.locator("svg.tree-page").count() > 3, "the preview is drawn");
    await look(nurse, "tree, preview");
    await press(nurse, "Enregistrer le brouillon");
    assert.match(await main(nurse), /Brouillon, version 3/);
    assert.equal(await nurse.getByRole("button", { name: /Signer/ }).count(), 0, "a nurse cannot sign");
    await look(nurse, "tree, draft");
    const physician = await person(browser, { js });
    await step.signIn(physician, who.physician);
    await physician.goto("/bureau/arbre");
    assert.match(await main(physician), /Un brouillon attend une signature/);
    await look(physician, "tree, draft waiting");
    await physician.goto("/bureau/arbre/versions");
    assert.match(await physician.locator("ins", { hasText: "Relu" }).innerText(), /Relu par une équipe/);
    await look(physician, "versions");
    await physician.goto("/bureau/arbre?v=3");
    await press(physician, "Relire et signer", "link");
    assert.match(await main(physician), /Note ajoutée|Note retirée/);
    await look(physician, "signing, what changes");
    await press(physician, "Signer ce texte et le mettre en usage");
    assert.match(await main(physician), new RegExp("Version 3, signée par " + who.physician));
    assert.doesNotMatch(await main(physician), /à valider/, "what is signed is validated");
    await look(physician, "tree, signed");
    await physician.goto(`/bureau/recueil/${slug}/modifier`);
    await look(physician, "sheet, editing");
    await physician.locator("#f-text").fill((await physician.locator("#f-text").inputValue()).replace("appeler:", "appeler:\n- La consultation inventée du mardi"));
    await press(physician, "Aperçu");
    await look(physician, "sheet, preview");
    await press(physician, "Enregistrer, puis relire et signer");
    assert.match(await main(physician), /Ajouté\s:\s«\sLa consultation inventée du mardi/);
    await look(physician, "signing, a sheet");
    await press(physician, "Signer ce texte et le mettre en usage");
    assert.match(await main(physician), /La consultation inventée du mardi/);
    await look(physician, "sheet, signed");
    for (const page of [nurse, physician]) await page.context().close();
  });
}

test("on paper", async () => {
  const page = await person(browser);
  await step.signIn(page, "Yara Exemple");
  await page.goto("/bureau/recueil");
  await look(page, "sheets");
  const sheets = await page.locator("ul.sheets a").evaluateAll((all) => all.map((a) => a.getAttribute("href")));
  assert.equal(sheets.length, 23);
  for (const address of sheets) {
    await page.goto(address);
    if (address.endsWith("/mcgre")) await look(page, "sheet");
    assert.deepEqual(sizes(await page.pdf({ preferCSSPageSize: true })), ["595x842"], address + " prints on one A4");
  }
  await page.goto("/bureau/arbre");
  const pages = await page.locator("svg.tree-page").count();
  assert.deepEqual(sizes(await page.pdf({ preferCSSPageSize: true })), Array(pages).fill("842x595"), "one A4 in landscape for each page of the tree");
  await page.context().close();
});

// sizes are the widths and heights of the pages of a PDF, in points.
function sizes(pdf) {
  return [...pdf.toString("latin1").matchAll(/\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/g)].map((m) => `${Math.round(m[1])}x${Math.round(m[2])}`);
}

test("pages are light", async () => {
  const page = await person(browser);
  await step.signIn(page, "Diane Imaginaire");
  const kb = {};
  for (const [name, address] of Object.entries({ tree: "/bureau/arbre", walk: "/bureau/arbre/parcours", sheets: "/bureau/recueil", sheet: "/bureau/recueil/g2m" })) {
    const done = [];
    const count = (r) => done.push(r.sizes().then((s) => s.responseBodySize + s.responseHeadersSize));
    page.on("requestfinished", count);
    await page.goto(address, { waitUntil: "networkidle" });
    page.off("requestfinished", count);
    kb[name] = Math.round((await Promise.all(done)).reduce((a, b) => a + b, 0) / 102.4) / 10;
    assert.ok(kb[name] <= 60, `${name}: ${kb[name]} KB`);
  }
  console.log(JSON.stringify(kb));
  await page.context().close();
});

test("axe looked at every state", () => {
  const states = ["walk, first question", "walk, under way", "walk, end for a request", "file with a walk", "tree on a phone", "walk on a phone", "walk, urgent end",
    "walk, wrong reference", "walk, confirm the request", "walk, joined", "walk, tree changed", "tree, starter", "tree, editing", "tree, editing with a loop", "tree, preview", "tree, draft", "tree, draft waiting",
    "tree, draft to correct", "tree, way to urgent gone", "signing, tick missing", "signing, what changes", "signing, a sheet", "versions", "tree, signed", "sheet, editing", "sheet, preview", "sheet, signed", "sheets", "sheet"];
  assert.deepEqual(states.filter((s) => !seen.includes(s)), [], "states that were not reached");
});
