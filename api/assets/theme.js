// Sets the light or dark theme before the page is painted. Follows the system
// until the reader chooses one, which is then kept.
"use strict";

{
  const KEY = "octolog-theme";
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const kept = () => {
    try {
      return localStorage.getItem(KEY);
    } catch {
      return null; // storage is disabled
    }
  };
  const apply = () => {
    const theme = kept() ?? (dark.matches ? "dark" : "light");
    document.documentElement.dataset.theme = theme;
    dispatchEvent(new Event("themechange"));
  };
  dark.addEventListener("change", apply);
  const switched = () => {
    const { theme } = document.documentElement.dataset;
    try {
      localStorage.setItem(KEY, theme === "dark" ? "light" : "dark");
    } catch {
      return;
    }
    apply();
  };
  const show = button => button.setAttribute("aria-pressed",
    String(document.documentElement.dataset.theme === "dark"));
  apply();
  addEventListener("DOMContentLoaded", () => {
    const button = document.getElementById("theme");
    button.onclick = switched;
    addEventListener("themechange", () => show(button));
    show(button);
  });
}
