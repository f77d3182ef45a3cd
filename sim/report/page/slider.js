"use strict";
(function () {
  var grid = JSON.parse(document.getElementById("grid-data").textContent);
  var buffer = document.getElementById("buffer"), length = document.getElementById("strike-length");
  function find(id) { return document.getElementById(id); }
  function money(value) {
    return grid.sign + Math.round(value).toString().replace(/\B(?=(\d{3})+(?!\d))/g, ",");
  }
  function days(value) { return (Math.round(value * 10) / 10).toFixed(1); }
  function cell(name, i, j) { return grid.values[name][i][j]; }
  function best(j) {
    var found = 0;
    for (var i = 1; i < grid.buffers.length; i += 1) {
      if (cell("total_cost", i, j) < cell("total_cost", found, j)) { found = i; }
    }
    return found;
  }
  function bars(i, j) {
    var most = 0, names = ["carrying_cost", "stockout_cost"];
    names.forEach(function (name) {
      grid.values[name].forEach(function (row) { row.forEach(function (value) { most = Math.max(most, value); }); });
    });
    names.forEach(function (name) {
      find("bar-" + name).setAttribute("width", String(most > 0 ? Math.max(0, 600 * cell(name, i, j) / most) : 0));
    });
  }
  function tell() {
    var i = Number(buffer.value), j = Number(length.value), held = grid.buffers[i], out = grid.lengths[j], least = best(j);
    find("buffer-told").textContent = held + " days";
    find("strike-told").textContent = out === 0 ? "no strike" : out + " days";
    buffer.setAttribute("aria-valuetext", held + " days of buffer");
    length.setAttribute("aria-valuetext", out === 0 ? "no strike" : out + " days of strike");
    find("grid-stockout_days").textContent = days(cell("stockout_days", i, j));
    find("grid-fill_rate").textContent = (100 * cell("fill_rate", i, j)).toFixed(1) + " %";
    find("grid-carrying_cost").textContent = money(cell("carrying_cost", i, j));
    find("grid-stockout_cost").textContent = money(cell("stockout_cost", i, j));
    find("grid-total_cost").textContent = money(cell("total_cost", i, j));
    find("grid-best").textContent = (out === 0 ? "Without a strike" : "In a strike of " + out + " days") +
      ", the least mean total cost of these buffers is at " + grid.buffers[least] +
      (least === grid.buffers.length - 1 ? " days, the end of the slider: " : " days: ") +
      money(cell("total_cost", least, j)) + " a year" +
      (least === i ? "; that is where you are." : ", " + money(cell("total_cost", i, j) - cell("total_cost", least, j)) +
      " less than where you are.");
    bars(i, j);
  }
  buffer.addEventListener("input", tell);
  length.addEventListener("input", tell);
  find("sliders").hidden = false;
  tell();
}());
