"use strict";
// Narrows the gallery and shows it in pieces. Without this script every card is simply there.
(() => {
  const PIECE = 60;
  const form = document.getElementById("filter");
  if (!form) return;
  const cards = Array.from(document.querySelectorAll("#cards > .card"));
  const words = document.getElementById("filter-text");
  const emotion = document.getElementById("filter-emotion");
  const dataset = document.getElementById("filter-dataset");
  const count = document.getElementById("filter-count");
  const more = document.getElementById("more");
  const texts = new Map();
  let limit = PIECE;

  const textOf = (card) => {
    if (!texts.has(card)) texts.set(card, card.textContent.toLowerCase());
    return texts.get(card);
  };
  const matches = (card, sought) =>
    (!emotion.value || card.dataset.e.split(" ").includes(emotion.value)) &&
    (!dataset.value || card.dataset.d === dataset.value) &&
    sought.every((word) => textOf(card).includes(word));

  const sift = () => {
    const sought = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    return cards.map((card) => matches(card, sought));
  };
  const show = () => {
    const fits = sift();
    let found = 0;
    cards.forEach((card, place) => {
      found += fits[place] ? 1 : 0;
      card.hidden = !fits[place] || found > limit;
    });
    const shown = Math.min(found, limit);
    count.textContent = `${shown.toLocaleString("en")} of ${found.toLocaleString("en")} shown`;
    more.hidden = found <= limit;
  };
  const restart = () => {
    limit = PIECE;
    show();
  };

  form.hidden = false;
  form.addEventListener("input", restart);
  form.addEventListener("submit", (event) => event.preventDefault());
  more.addEventListener("click", () => {
    limit += PIECE;
    show();
  });
  window.addEventListener("beforeprint", () => {
    const fits = sift();
    cards.forEach((card, place) => { card.hidden = !fits[place]; });
  });
  window.addEventListener("afterprint", show);
  show();
})();
