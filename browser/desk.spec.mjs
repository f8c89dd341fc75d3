// The work list by keyboard and without JavaScript, a fact on the line of time, who
// knows what, the sheet of one page, with axe at both widths.
import { test, before, after } from "node:test";
import assert from "node:assert/strict";
import { clean, launch, person, signIn } from "./desk.mjs";

let browser;
before(async () => { browser = await launch(); });
after(async () => { await browser.close(); });

test("the work list by keyboard", async () => {
  const page = await person(browser);
  await signIn(page, "Inès Exemple");
  await page.goto("/bureau");
  const here = () => page.evaluate(() => document.activeElement.textContent);
  await page.keyboard.press("j");
  const first = await here();
  await page.keyboard.press("j");
  assert.notEqual(await here(), first);
  await page.keyboard.press("k");
  assert.equal(await here(), first);
  await page.keyboard.press("x");
  assert.equal(await page.locator("[name=pick]:checked").count(), 1);
  await page.keyboard.press("/");
  await page.keyboard.type("jx?");
  assert.equal(await page.locator("#f-q").inputValue(), "jx?", "letters are typed in a field");
  await page.goto("/bureau?liste=triage");
  await page.keyboard.press("j");
  const reference = await here();
  await page.keyboard.press("t");
  await page.locator(".good", { hasText: reference }).waitFor();
  await page.goto("/bureau");
  await page.keyboard.press("?");
  await page.getByRole("button", { name: "Couper les raccourcis" }).click();
  await page.locator("h1").click();
  await page.keyboard.press("/");
  assert.notEqual(await page.evaluate(() => document.activeElement.id), "f-q", "switched off");
});

for (const [js, width] of [[true, 1280], [true, 390], [false, 390]]) {
  test(`list, file and sheet at ${width} px, ${js ? "with" : "without"} JavaScript`, async () => {
    const page = await person(browser, { js, width });
    if (js) await page.addInitScript(() => { window.print = () => {}; });
    await signIn(page, "Inès Exemple");
    await page.goto("/bureau?urgence=urgent&qui=toutes");
    await clean(page, `filtered list ${width} ${js}`, js);
    await page.goto("/bureau?liste=answer");
    const file = await page.locator("table.work th a").first().getAttribute("href");
    await page.goto(file);
    await page.locator("summary", { hasText: "Noter ce qui s’est passé avant" }).click();
    await page.locator("#f-about").selectOption("exam");
    await page.locator("#f-lines").fill("03/2021 IRM inventée");
    await page.locator("#f-source").selectOption("family");
    await page.getByRole("button", { name: "Ajouter au fil" }).click();
    await page.locator(".dated .fact", { hasText: "IRM inventée" }).first().waitFor();
    await clean(page, `file with a fact ${width} ${js}`, js);
    await page.goto(file + "/fiche?pour=famille");
    await clean(page, `sheet ${width} ${js}`, js);
    await page.getByRole("button", { name: "Noter et imprimer" }).click();
    await page.getByText("C’est noté.").waitFor();
    await page.goto(file);
    await page.locator("table.known tr", { hasText: "Imprimée au bureau" }).first().waitFor();
  });
}
