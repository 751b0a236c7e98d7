"use strict";
const plane = document.getElementById("plane");
const told = document.getElementById("told");
const records = JSON.parse(document.getElementById("records").textContent);
const full = { x: 0, y: 0, width: 1000, height: 700 };
let view = { ...full };
let near = [];
let held = null;

function show() {
  plane.setAttribute("viewBox", `${view.x} ${view.y} ${view.width} ${view.height}`);
}

function toPlane(event) {
  const box = plane.getBoundingClientRect();
  return {
    x: view.x + (event.clientX - box.left) / box.width * view.width,
    y: view.y + (event.clientY - box.top) / box.height * view.height,
  };
}

function tell(mark) {
  near.forEach((one) => one.classList.remove("near"));
  const row = mark.dataset.record;
  near = [...plane.querySelectorAll(`[data-record="${row}"]`)];
  near.forEach((one) => { one.classList.add("near"); one.parentNode.append(one); });
  const { id, text, emotion, face } = records[row];
  told.textContent = `${id} (${emotion}): “${text}” Its face: ${face}.`;
}

plane.addEventListener("pointerover", (event) => {
  if (event.target.dataset.record !== undefined) tell(event.target);
});
plane.addEventListener("wheel", (event) => {
  event.preventDefault();
  const at = toPlane(event);
  const scale = Math.min(full.width / view.width, Math.max(0.02 * full.width / view.width, Math.exp(event.deltaY / 500)));
  view = {
    x: at.x - (at.x - view.x) * scale,
    y: at.y - (at.y - view.y) * scale,
    width: view.width * scale,
    height: view.height * scale,
  };
  if (view.width >= full.width) view = { ...full };
  show();
}, { passive: false });
plane.addEventListener("pointerdown", (event) => { held = toPlane(event); });
plane.addEventListener("pointermove", (event) => {
  if (held === null) return;
  const at = toPlane(event);
  view.x += held.x - at.x;
  view.y += held.y - at.y;
  show();
});
addEventListener("pointerup", () => { held = null; });
document.getElementById("legend").addEventListener("input", (event) => {
  plane.querySelectorAll(`.${event.target.value}`).forEach((group) => {
    group.classList.toggle("off", !event.target.checked);
  });
});
