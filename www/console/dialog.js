/** Questions in a `<dialog>`: the browser keeps the focus inside, and Escape closes it. */

import { button, element, freshId } from "./dom.js";
import { text } from "./words.js";

/**
 * Shows a dialog; comes to true when it was confirmed and its action, if there is one, is done. A refusal of the action
 * is shown, and the dialog stays; so it does where the action comes to false.
 *
 * `content` are the elements between heading and buttons; `confirm` is the label of the button that confirms, without
 * which there is only one that closes; `action` does what was confirmed.
 */
export function ask(heading, content, { confirm, danger = false, action, wide = false } = {}) {
  const id = freshId();
  const problem = element("p", { class: "notice danger", role: "alert", hidden: true });
  const close = button(text(confirm ? "cancel" : "close"), () => dialog.close());
  const submit = confirm && element("button", { class: danger ? "danger" : "primary" }, confirm);
  const dialog = element(
    "dialog",
    { "aria-labelledby": id, class: wide ? "wide" : null },
    element(
      "form",
      { submit: send },
      // Else the first field would have the focus, wherever it stands.
      element("h2", { id, tabindex: "-1", autofocus: !confirm }, heading),
      ...content,
      problem,
      element("p", { class: "actions" }, submit, close),
    ),
  );
  let confirmed = false;

  async function send(event) {
    event.preventDefault();
    if (!confirm) return dialog.close();
    submit.disabled = true;
    problem.hidden = true;
    try {
      if ((await action?.()) === false) return;
      confirmed = true;
      dialog.close();
    } catch (refusal) {
      problem.textContent = [refusal.message, refusal.detail].filter(Boolean).join(" — ");
      problem.hidden = false;
    } finally {
      submit.disabled = false;
    }
  }

  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(confirmed);
    });
  });
}
