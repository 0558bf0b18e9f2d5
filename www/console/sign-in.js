/** The page on which one signs in. */

import { element, field } from "./dom.js";
import { showBareFrame } from "./frame.js";
import { signIn } from "./session.js";
import { text } from "./words.js";

/** Shows it; `then` is done once somebody is signed in. */
export function showSignIn(then) {
  const main = showBareFrame();
  const name = field(text("access_key"), {
    name: "access-key",
    autocomplete: "username",
    autocapitalize: "none",
    spellcheck: "false",
    required: true,
  });
  const secret = field(text("secret_key"), {
    name: "secret-key",
    type: "password",
    autocomplete: "current-password",
    required: true,
  });
  const problem = element("p", { class: "notice danger", role: "alert", hidden: true });
  const submit = element("button", { class: "primary" }, text("sign_in"));
  const form = element(
    "form",
    { class: "card sign-in", submit: send },
    element("h1", {}, text("sign_in.heading")),
    problem,
    name.row,
    secret.row,
    element("p", { class: "actions" }, submit),
    element("p", { class: "facts" }, text("sign_in.hint")),
  );
  main.append(form);
  name.input.focus();

  async function send(event) {
    event.preventDefault();
    submit.disabled = true;
    problem.hidden = true;
    try {
      await signIn(name.input.value.trim(), secret.input.value);
      then();
    } catch (refusal) {
      problem.textContent = refusal.message;
      problem.hidden = false;
      secret.input.value = "";
      secret.input.focus();
    } finally {
      submit.disabled = false;
    }
  }
}
