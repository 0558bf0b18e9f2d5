/** How the program and the machine are doing, the self-test, and the log as it grows. */

import { call } from "./api.js";
import { button, element } from "./dom.js";
import { formatBytes, formatDate, formatNumber, formatPercent } from "./format.js";
import { LogView } from "./log-view.js";
import { text } from "./words.js";

const every = 5000;

export async function statePage(main) {
  const facts = element("dl", { class: "figures" });
  const errors = element("section", { class: "card" });
  const log = new LogView();
  main.append(
    element("div", { class: "page-head" }, element("h1", {}, text("nav.state"))),
    facts,
    checkPanel(),
    errors,
    log.section,
  );
  const look = async () => {
    const state = await call("GET", "state");
    facts.replaceChildren(...figures(state));
    // The list begins with its last.
    showErrors(errors, [...state.errors, ...(state.warnings ?? [])]);
  };
  await Promise.all([look(), log.start()]);
  const timer = setInterval(() => look().catch(() => {}), every);
  return () => {
    clearInterval(timer);
    log.stop();
  };
}

function figures(state) {
  const used = state.disk_bytes - state.disk_available;
  const list = [
    ["version", state.version],
    ["started", state.started ? formatDate(state.started) : "—"],
    ["workers", `${state.workers} / ${state.workers_configured}`],
    ["restarts", formatNumber(state.restarts)],
    ["requests", formatNumber(state.requests_active)],
    ["archives", formatNumber(state.archives_active)],
    ["load", text("state.load_of", { load: state.load.map(formatNumber).join(" · "), count: state.processors })],
  ];
  if (state.disk_bytes) {
    list.push([
      "disk",
      text("state.disk_of", {
        used: formatBytes(used),
        total: formatBytes(state.disk_bytes),
        share: formatPercent(used / state.disk_bytes),
      }),
    ]);
  }
  return list.map(([name, value]) =>
    element("div", { class: `figure ${name}` }, element("dt", {}, text(`state.${name}`)), element("dd", {}, value)),
  );
}

function showErrors(section, errors) {
  section.replaceChildren(
    element("h2", {}, text("state.errors")),
    errors.length === 0
      ? element("p", { class: "facts" }, text("state.no_errors"))
      : element("ul", { class: "log" }, errors.map((line) => element("li", {}, line)).reverse()),
  );
}

function checkPanel() {
  const result = element("div", { role: "status" });
  const run = button(text("check.run"), async () => {
    run.disabled = true;
    result.replaceChildren(element("p", { class: "facts" }, text("check.running")));
    try {
      const { problems } = await call("GET", "check");
      result.replaceChildren(
        problems.length === 0
          ? element("p", { class: "notice success" }, text("check.good"))
          : element("ul", { class: "notice danger" }, problems.map((line) => element("li", {}, line))),
      );
    } catch (problem) {
      result.replaceChildren(element("p", { class: "notice danger" }, problem.message));
    } finally {
      run.disabled = false;
    }
  });
  return element(
    "section",
    { class: "card" },
    element("h2", {}, text("check.heading")),
    element("p", { class: "facts" }, text("check.hint")),
    element("p", { class: "actions" }, run),
    result,
  );
}
