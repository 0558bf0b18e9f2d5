/** The language of the pages: the visitor's choice, else the browser's, else English. */

import { remember, remembered } from "./preferences.js";

export const languages = { en: "English", ru: "Русский", es: "Español" };

const oneYear = 365 * 24 * 60 * 60;

export function preferredLanguage() {
  const wanted = [remembered("language"), ...navigator.languages];
  const codes = wanted.filter((tag) => typeof tag === "string").map((tag) => tag.slice(0, 2).toLowerCase());
  return codes.find((code) => Object.hasOwn(languages, code)) ?? "en";
}

/** Keeps the choice, also in the cookie `lang`, which the pages made by the server follow. */
export function chooseLanguage(code) {
  remember("language", code);
  renewCookie();
}

/** Browsers drop a cookie after a while: each visit renews the one that tells an explicit choice. */
export function renewCookie() {
  const code = remembered("language");
  if (!Object.hasOwn(languages, code ?? "")) return;
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `lang=${code}; Path=/; Max-Age=${oneYear}; SameSite=Lax${secure}`;
}
