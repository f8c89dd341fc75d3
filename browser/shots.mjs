// Takes pictures of the demo: those that the README and the guides show go to
// doc/img, every page at desk and phone width to the folder of PHARE_SHOTS.
// "make screenshots" starts the demo and runs it.
import { mkdirSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { launch, person } from "./desk.mjs";
import * as step from "./steps.mjs";
import { press } from "./steps.mjs";

const guides = new URL("../doc/img/", import.meta.url).pathname;
const all = process.env.PHARE_SHOTS;
mkdirSync(guides, { recursive: true });
if (all) mkdirSync(all, { recursive: true });

const widths = { desk: 1280, phone: 390 };

// shoot takes a page whole at both widths, and its top for a guide.
async function shoot(page, name, guide) {
  for (const [kind, width] of Object.entries(widths)) {
    await page.setViewportSize({ width, height: 900 });
    if (all) await page.screenshot({ path: `${all}/${name}-${kind}.png`, fullPage: true });
  }
  if (guide) await top(page, guide);
  await page.setViewportSize({ width: widths.desk, height: 900 });
}

// top keeps what a guide shows, in few colours where pngquant is there.
async function top(page, { file, width = widths.desk, height = 900 }) {
  const path = `${guides}${file}.png`;
  await page.setViewportSize({ width, height });
  await page.evaluate(() => { document.activeElement?.blur(); scrollTo(0, 0); });
  await page.screenshot({ path });
  try {
    execFileSync("pngquant", ["--force", "--ext", ".png", "--strip", "64", path], { stdio: "ignore" });
  } catch { /* the picture stays as it is, only larger */ }
}

const browser = await launch();
const visitor = await person(browser);
await visitor.goto("/");
await shoot(visitor, "home");
await visitor.goto("/demo");
await shoot(visitor, "demo");
await visitor.goto("/quand-y-penser");
await shoot(visitor, "self-check");
await visitor.locator("[name=a-plusieurs-organes][value=yes]").check();
await visitor.locator("[name=rest][value=no]").check();
await press(visitor, "Que faire maintenant ?");
await shoot(visitor, "self-check-outcome");
await visitor.goto("/quand-y-penser/signes");
await shoot(visitor, "red-flags");
await visitor.goto("/orientation/notice");
await shoot(visitor, "notice");

const family = await person(browser);
await family.goto("/demande/famille?platform=reunion");
await family.getByLabel("Non, pas de diagnostic").check();
await press(family, "Continuer"); // the territory, chosen already
await press(family, "Continuer");
await press(family, "Continuer"); // since when: left empty
await family.getByLabel("Pour mon enfant").check();
await press(family, "Continuer");
await family.locator("#f-first_name").fill("Inaya");
await press(family, "Continuer");
await shoot(family, "family", { file: "demande-famille", width: widths.phone, height: 760 });

await visitor.goto("/demande/medecin?platform=reunion");
await step.fillGP(visitor, step.gpRequest);
await shoot(visitor, "professional", { file: "demande-medecin", height: 1250 });
await press(visitor, "Vérifier la demande");
await shoot(visitor, "check");
await press(visitor, "Envoyer la demande");
const got = await step.receipt(visitor);
await shoot(visitor, "receipt", { file: "recu", height: 760 });
await step.follow(visitor, got);
await shoot(visitor, "tracking", { file: "suivi", width: widths.phone, height: 820 });

const nurse = await person(browser);
await nurse.goto("/connexion");
await shoot(nurse, "sign-in");
await step.signIn(nurse, "Inès Exemple");
await shoot(nurse, "work-list", { file: "desk", height: 1000 });
const file = await step.openFile(nurse, got.reference);
await press(nurse, "Prendre cette demande");
await nurse.goto(file + "/patient");
await shoot(nurse, "patient");
await press(nurse, "Enregistrer l’identité");
await nurse.goto(file + "/signes");
for (const words of ["faiblesse musculaire proximale", "cpk élevées", "marche dandinante"]) await step.addSign(nurse, words);
await step.addSign(nurse, "ptosis", "absent");
await nurse.locator("#f-q").fill("tombe souvent");
await nurse.locator("form.seek button").click();
await nurse.waitForLoadState();
await shoot(nurse, "signs", { file: "signes", height: 1000 });
await nurse.goto(file + "/orientation");
await press(nurse, "Chercher d’après ces signes");
await shoot(nurse, "orientation", { file: "orientation", height: 1100 });
await nurse.locator("#kept ~ ul a").first().click();
await nurse.waitForLoadState();
await shoot(nurse, "result");
await nurse.goBack();
await nurse.getByRole("radio", { name: /Dr Basile Inventé/ }).first().check();
await press(nurse, "Enregistrer ce choix");
await shoot(nurse, "question");
await press(nurse, "Voir ce que l’expert verra");
await shoot(nurse, "preview", { file: "question-relire", height: 1100 });
await press(nurse, "Modifier");
await nurse.locator("#f-story").fill(step.gpRequest.story.replaceAll("Mme " + step.gpRequest.family, "La patiente"));
await step.send(nurse);
await shoot(nurse, "question-sent");

const expert = await person(browser, { width: widths.phone });
await expert.goto(await nurse.locator("#link").inputValue());
const door = await expert.screenshot();
await shoot(expert, "expert-door");
await press(expert, "Ouvrir la question");
await expert.setViewportSize({ width: widths.phone, height: 900 });
const question = await expert.screenshot();
await shoot(expert, "expert-case");
await sideBySide([door, question], "expert-question");
await expert.locator("#f-opinion").fill("Évoque une dystrophie des ceintures. Consultation de myologie dans les deux mois.");
await expert.locator("#f-exams").fill("Échographie cardiaque, spirométrie, panel génétique.");
await expert.locator("#f-signed").fill("Dr Basile Inventé");
await press(expert, "Déposer mon avis");
await shoot(expert, "expert-thanks");

await nurse.goto(file);
await shoot(nurse, "file", { file: "dossier", height: 1250 });
await press(nurse, "Écrire la réponse", "link");
await step.answerMarks(nurse);
await press(nurse, "Enregistrer");

const physician = await person(browser);
await step.signIn(physician, "Dr Marius Fictif");
await physician.goto(file + "/reponse");
await shoot(physician, "answer", { file: "reponse", height: 1250 });
await press(physician, "Enregistrer et signer");
await shoot(physician, "answer-signed");
await physician.goto(file + "/lettre");
await shoot(physician, "letter", { file: "lettre", height: 1250 });
await physician.goto("/rapport/" + new Date().getFullYear());
await shoot(physician, "report", { file: "rapport", height: 1250 });
await physician.goto("/bureau/module");
await shoot(physician, "module");
await physician.goto("/annuaire");
await shoot(physician, "directory");
await physician.goto("/bureau/arbre");
await shoot(physician, "tree");
await physician.goto("/bureau/arbre/parcours?p=danger.3&p=connue.3&p=qui.4");
await shoot(physician, "walk", { file: "parcours", height: 820 });
await physician.goto("/bureau/arbre/versions");
await shoot(physician, "tree-versions");
await physician.goto("/bureau/recueil");
await shoot(physician, "sheets");
await physician.goto("/bureau/recueil/mcgre");
await shoot(physician, "sheet");
await physician.goto("/bureau/recueil/mcgre/modifier");
await shoot(physician, "sheet-edit");
await browser.close();

// sideBySide shows phone pictures beside each other in one.
async function sideBySide(pictures, file) {
  const page = await (await browser.newContext()).newPage();
  const tags = pictures.map((p) => `<img width="${widths.phone}" style="border:1px solid #888" src="data:image/png;base64,${p.toString("base64")}">`);
  await page.setContent(`<body style="margin:0;display:flex;gap:24px">${tags.join("")}`);
  await top(page, { file, width: 2 * widths.phone + 28, height: 902 });
}
