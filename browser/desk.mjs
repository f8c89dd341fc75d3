// What every script shares: a browser, a page that looks for faults of
// accessibility, and the ways people move through the site.
import { chromium } from "playwright-core";
import axePackage from "@axe-core/playwright";
import assert from "node:assert/strict";

const AxeBuilder = axePackage.default ?? axePackage;

export const base = process.env.PHARE_BASE;

export async function launch() {
  return chromium.launch({
    executablePath: process.env.PHARE_CHROMIUM || "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
      "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
}

// person opens a window of their own: own cookies, own width, with or without
// JavaScript.
export async function person(browser, { js = true, width = 1280, lang = "fr-FR" } = {}) {
  const context = await browser.newContext({
    javaScriptEnabled: js, locale: lang, viewport: { width, height: 900 }, baseURL: base,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(15000);
  const faults = [];
  page.on("console", (m) => { if (m.type() === "error" && !/status of 4\d\d/.test(m.text())) faults.push(m.text()); });
  page.on("pageerror", (e) => faults.push(String(e)));
  page.faults = faults;
  page.js = js;
  return page;
}

// seen are the page states that axe has looked at, to be told at the end.
export const seen = [];

// The pages are the same on every engine: axe looks at them on the first.
export const axes = process.env.PHARE_ENGINE !== "postgres";

// clean lets axe look at the page as it stands. Axe itself is a script, so a
// page without JavaScript is looked at by the run that has it.
export async function clean(page, name, js = true) {
  seen.push(name);
  if (process.env.PHARE_SHOTS) await page.screenshot({ path: `${process.env.PHARE_SHOTS}/${name}.png`, fullPage: true });
  assert.deepEqual(page.faults, [], name + ": faults in the browser's console");
  const wide = js && await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  if (js) assert.ok(wide <= 1, `${name}: ${wide} px wider than the window`);
  if (!js || !axes) return;
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
  assert.deepEqual(violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(" ")).join(", ")}`), [], name + ": axe");
}

// signIn enters as one of the demo's invented people.
export async function signIn(page, name) {
  await page.goto("/connexion");
  await page.getByRole("button", { name: new RegExp(name) }).click();
  await page.waitForURL((u) => !u.pathname.startsWith("/connexion"));
}
