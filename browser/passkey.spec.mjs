// Passkeys with a virtual authenticator of the browser, and what they are not
// needed for: a page without JavaScript enters with password and code.
import { test, before, after } from "node:test";
import assert from "node:assert/strict";
import { base, clean, launch, person, signIn } from "./desk.mjs";
import { press } from "./steps.mjs";

// Browsers keep passkeys for names: the loopback address is called by its own.
const named = base.replace("127.0.0.1", "localhost");

let browser;
before(async () => { browser = await launch(); });
after(async () => { await browser.close(); });

// authenticator gives a page a device that knows its holder, or does not.
async function authenticator(page, verified = true) {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("WebAuthn.enable");
  const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", { options: {
    protocol: "ctap2", ctap2Version: "ctap2_1", transport: "internal", hasResidentKey: true,
    hasUserVerification: true, isUserVerified: verified, automaticPresenceSimulation: true,
    defaultBackupEligibility: true, defaultBackupState: true } });
  return { cdp, authenticatorId,
    verify: (isUserVerified) => cdp.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified }) };
}

async function enter(page) {
  await page.goto(named + "/connexion");
  await page.getByRole("button", { name: /Inès Exemple/ }).click();
  await page.waitForURL((u) => u.pathname === "/bureau");
}

test("a passkey is made, opens the door, and is taken away", async () => {
  const page = await person(browser);
  const device = await authenticator(page);
  await enter(page);
  await page.goto(named + "/bureau/acces");
  await clean(page, "own access");
  await press(page, "Ajouter une clé d’accès", "link");
  await clean(page, "new passkey");
  await press(page, "Ajouter une clé d’accès");
  await page.locator("#e-name").waitFor();
  assert.match(await page.locator("#e-name").innerText(), /Donnez un nom/);

  await page.locator("#f-name").fill("Téléphone de garde");
  await page.getByRole("button", { name: "Ajouter une clé d’accès" }).click();
  await page.waitForURL((u) => u.pathname === "/bureau/acces");
  assert.ok(await page.getByRole("rowheader", { name: /Téléphone de garde/ }).isVisible());
  await clean(page, "own access with a passkey");
  await press(page, /Se déconnecter/);

  await page.goto(named + "/connexion?suite=/annuaire");
  await press(page, "Entrer avec une clé d’accès", "link");
  await clean(page, "door for passkeys");
  await device.verify(false);
  await press(page, "Utiliser ma clé d’accès");
  await page.locator("[data-passkey-failed]:visible, .faults").first().waitFor();
  await device.verify(true);
  await page.goto(named + "/connexion/cle");
  await page.getByRole("button", { name: "Utiliser ma clé d’accès" }).click();
  await page.waitForURL((u) => u.pathname === "/bureau");
  await page.goto(named + "/bureau/acces");
  assert.ok(await page.getByText("clé d’accès", { exact: true }).first().isVisible(), "the session says how it was entered");

  await page.getByRole("button", { name: "Retirer la clé Téléphone de garde" }).click();
  await page.waitForLoadState();
  assert.ok(await page.getByText("Aucune pour l’instant.").isVisible());
  await press(page, /Se déconnecter/);
  await page.goto(named + "/connexion/cle");
  await press(page, "Utiliser ma clé d’accès");
  await page.locator(".faults").waitFor();
  assert.equal(new URL(page.url()).pathname, "/connexion/cle", "a passkey that was taken away opens nothing");
  await clean(page, "passkey refused");
  await page.context().close();
});

test("without JavaScript the page says what to use instead, and everything else works", async () => {
  const page = await person(browser, { js: false, width: 390 });
  await page.goto("/connexion/cle");
  assert.ok(await page.getByText(/Les clés d’accès demandent JavaScript/).isVisible());
  assert.ok(!(await page.getByRole("button", { name: "Utiliser ma clé d’accès" }).isVisible()));
  await signIn(page, "Inès Exemple");
  await page.goto("/bureau/acces");
  await press(page, "Fermer toutes les autres sessions");
  assert.equal(new URL(page.url()).pathname, "/bureau/acces");
  await press(page, /Se déconnecter/);
  assert.equal(new URL(page.url()).pathname, "/");
});

test("the pages of the people of a desk are clean", async () => {
  for (const width of [1280, 390]) {
    const page = await person(browser, { width });
    await page.goto("/connexion");
    await page.getByRole("button", { name: /Ada Inventée/ }).click();
    await page.waitForURL((u) => u.pathname === "/bureau/equipe");
    await clean(page, "team " + width);
    await page.locator("tbody th a").first().click();
    await page.waitForLoadState();
    await clean(page, "member " + width);
    for (const path of ["/bureau/equipe/revue", "/bureau/cles", "/bureau/secours", "/bureau/acces", "/bureau/acces/code", "/secours", "/connexion"]) {
      await page.goto(path);
      await clean(page, path + " " + width);
    }
    await page.context().close();
  }
});
