"""What comes with the program, in a line each: postures, files in their place, and policies."""

from __future__ import annotations

#: what each posture does, in a line
POSTURES = {
    "jit": "just-in-time: safety stock only, weekly lots",
    "jic": "just-in-case: 45 days of cover on everything, four-week lots",
    "hybrid": "buffers, air and backups for critical items, buffers and four-week lots for cheap ones, lean on the rest",
    "adaptive": "lean as jit, raised towards jic where signals warn, looked at every week",
    "current": "the parameters your ERP system holds today (the scenario's table current)",
}
#: files that may stand for a posture
FILES = {
    "mine.toml": "a posture of your own: a base and what differs",
    "plan.xlsx": "a plan that bufferstock plan wrote and you edited; plan.csv too",
}
#: what each policy does
POLICIES = {
    "base_stock": "order up to the base-stock level at every review",
    "s_S": "at or below s, order up to S",
    "r_nQ": "at or below r, order the least multiple of Q that lifts the position above r",
    "days_of_cover": "order up to days of cover at recent mean demand",
    "push": "order the forecast of one review period, whatever the stock",
    "moving_average": "order up to a level that follows the mean of the last days: moving_average(periods=28)",
    "exponential_smoothing": "the same by exponential smoothing: exponential_smoothing(alpha=0.1)",
    "croston": "the same by Croston's method, for intermittent demand: croston(alpha=0.1)",
    "sba": "the same with Croston's bias taken out: sba(alpha=0.1)",
    "by_class": "smoothing or sba by the class of each item's demand: by_class(alpha=0.1)",
}
