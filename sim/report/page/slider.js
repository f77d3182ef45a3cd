"use strict";
(function () {
  var grid = JSON.parse(document.getElementById("grid-data").textContent);
  var buffer = document.getElementById("buffer"), length = document.getElementById("strike-length");
  function find(id) { return document.getElementById(id); }
  function money(value) {
    return (Math.round(value) < 0 ? "\u2212" : "") + grid.sign + Math.abs(Math.round(value)).toString().replace(/\B(?=(\d{3})+(?!\d))/g, ",");
  }
  function days(value) { return (Math.round(value * 10) / 10).toFixed(1).replace("-", "\u2212"); }
  function cell(name, i, j) { return grid.values[name][i][j]; }
  function best(j) {
    var found = 0;
    for (var i = 1; i < grid.buffers.length; i += 1) {
      if (cell("total_cost", i, j) < cell("total_cost", found, j)) { found = i; }
    }
    return found;
  }
  function put(name, i, j, show) {
    var mean = cell(name, i, j), half = grid.halves[name][i][j];
    find("grid-" + name).textContent = show(mean);
    find("span-" + name).textContent = half === null ? "one future" :
      "(" + show(mean - half) + " to " + show(name === "fill_rate" ? Math.min(1, mean + half) : mean + half) + ")";
  }
  function percent(value) { return (100 * value).toFixed(1) + " %"; }
  function between(i, k, j) {
    var a = grid.totals[i][j], b = grid.totals[k][j], n = a.length, mean = 0, square = 0, half;
    if (grid.t === null) { return ""; }
    a.forEach(function (value, f) { mean += (value - b[f]) / n; });
    a.forEach(function (value, f) { square += Math.pow(value - b[f] - mean, 2) / (n - 1); });
    half = grid.t * Math.sqrt(square / n);
    return " (" + money(mean - half) + " to " + money(mean + half) +
      (mean - half > 0 ? ")" : "; the interval holds zero, so this is not clear)");
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
    put("stockout_days", i, j, days);
    put("fill_rate", i, j, percent);
    ["carrying_cost", "stockout_cost", "total_cost"].forEach(function (name) { put(name, i, j, money); });
    find("grid-best").textContent = (out === 0 ? "Without a strike" : "In a strike of " + out + " days") +
      ", the least mean total cost of these buffers is at " + grid.buffers[least] +
      (least === grid.buffers.length - 1 ? " days, the end of the slider: " : " days: ") +
      money(cell("total_cost", least, j)) + " a year" +
      (least === i ? "; that is where you are." : ", " + money(cell("total_cost", i, j) - cell("total_cost", least, j)) +
      " less than where you are, on the same futures" + between(i, least, j) + ".");
    bars(i, j);
  }
  buffer.addEventListener("input", tell);
  length.addEventListener("input", tell);
  find("sliders").hidden = false;
  tell();
}());
