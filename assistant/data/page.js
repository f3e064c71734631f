
"use strict";
// Keys and clicks between statements and passages. Without it the numbers are links, both ways.
const statements = [...document.querySelectorAll(".statement")];
const byId = (kind, numbers) =>
  (numbers || "").split(" ").map((n) => document.getElementById(kind + n)).filter(Boolean);
const passagesOf = (statement) => byId("p", statement.dataset.cites);
let current = null;

function light(statement) {
  document.querySelectorAll(".lit").forEach((each) => each.classList.remove("lit"));
  [statement, ...passagesOf(statement)].forEach((each) => each.classList.add("lit"));
  current = statement;
  const [first] = passagesOf(statement);
  if (first && matchMedia("(min-width: 56rem)").matches) first.scrollIntoView({block: "nearest"});
}
function show(element) {
  if (!element) return;
  element.focus({preventScroll: true});
  element.scrollIntoView({block: "nearest"});
}
function step(by) {
  const at = current ? statements.indexOf(current) + by : by > 0 ? 0 : statements.length - 1;
  show(statements[Math.min(Math.max(at, 0), statements.length - 1)]);
}
function across(from) {
  const statement = from.closest(".statement");
  if (statement) show(passagesOf(statement)[0]);
  const passage = from.closest(".passage");
  if (!passage) return;
  const back = byId("s", passage.dataset.cited);
  show(back.includes(current) ? current : back[0]);
}
document.addEventListener("focusin", ({target}) => {
  if (target.matches(".statement")) light(target);
});
document.addEventListener("click", ({target}) => {
  if (target.closest("a") || !getSelection().isCollapsed) return;
  const statement = target.closest(".statement");
  if (statement) light(statement);
  if (statement || target.closest(".quote")) across(target);
});
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const {key, target} = event;
  const placed = target.matches(".statement, .passage"); // else the arrows scroll, as everywhere
  if (key === "j" || (key === "ArrowDown" && placed)) step(1);
  else if (key === "k" || (key === "ArrowUp" && placed)) step(-1);
  else if (key === "Enter" && placed) across(target);
  else if (key === "Escape" && current) show(current);
  else return;
  event.preventDefault();
});
