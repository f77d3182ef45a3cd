"""The report in a real browser: no error, no request, nothing wider than a telephone, sliders that work, readable by all.

Needs Chromium as the system's packages have it (Debian: apt-get install chromium).
"""

import shutil
import subprocess
import sys

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
#: what axe calls bad enough
BAD = ("serious", "critical")

#: verbs beside a comparison with little work for each, in the order in which the page tells them
BESIDE = {
    "justify": ("-n", "4"),
    "stress": ("--postures", "jit,hybrid"),
    "loss": ("-n", "10"),
    "sensitivity": ("-n", "4"),
    "frontier": ("-n", "10", "--fresh", "10"),
    "optimise": ("-n", "10", "--fresh", "10"),
    "replay": (),
}
QUESTIONS = (
    "What does each posture pay to carry, and what does it lose?",
    "How much does one posture save on another, future by future?",
    "Which costs make the difference?",
    "What happens to stock and customers around the first incident?",
    "What moves where, and what stops?",
    "When does what fail?",
    "Which items deserve a buffer?",
    "What does each buffer buy?",
    "How long does each node last, and how long does it take to recover?",
    "What does an outage of each node cost?",
    "How bad can a year be?",
    "Is it risk, or error?",
    "Which assumption moves the answer most?",
    "Where does the ranking turn round?",
    "What does the next dollar of buffer buy?",
    "What should be bought first?",
    "What would have happened?",
)


def called(*arguments, home):
    made = subprocess.run(
        [sys.executable, "-m", "sim", *map(str, arguments)], cwd=home, capture_output=True, text=True, timeout=400
    )
    assert made.returncode == 0, made.stderr
    return made.stdout


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """A page with all that it can hold: figures, a run of every verb that may stand beside, sliders."""
    home = tmp_path_factory.mktemp("report")
    called("compare", "first_strike", "-n", "20", "-o", "run", "--no-progress", home=home)
    for verb, more in BESIDE.items():
        called(verb, "first_strike", *more, "-o", verb, "-j", "1", home=home)
    called("report", *reversed(BESIDE), "run", "-o", "page", "--no-progress", home=home)
    return home / "page" / "report.html"


@pytest.fixture(scope="module")
def browser():
    assert CHROMIUM, "make test-slow needs a browser: no Chromium here: apt-get install chromium"
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


@pytest.fixture
def opened(browser, report):
    """Opens the page; afterwards it must have asked nobody for anything, and complained of nothing."""
    made, asked, told = [], [], []

    def open_page(width=1100, **more):
        page = browser.new_page(viewport={"width": width, "height": 900}, **more)
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: told.append(message.text))
        page.on("pageerror", lambda error: told.append(str(error)))
        page.goto(report.as_uri())
        made.append(page)
        return page

    yield open_page
    for page in made:
        page.close()
    assert told == []
    assert {url for url in asked if not url.startswith("data:")} == {report.as_uri()}


def test_it_opens_without_errors_and_asks_nobody(opened):
    page = opened()
    assert page.locator("h1").count() == 1
    assert page.locator("svg.drawn").count() >= len(QUESTIONS)
    for place in range(page.locator("svg.drawn").count()):
        box = page.locator("svg.drawn").nth(place).bounding_box()
        assert box["width"] > 300
        assert box["height"] > 100


def test_every_figure_is_there_with_its_numbers_in_the_order_of_reading(opened):
    page = opened()
    told = page.evaluate(
        "[...document.querySelectorAll('figure')].map(one => [one.querySelector('h3').textContent, "
        "one.querySelector('svg').getAttribute('aria-label'), one.querySelectorAll('tbody tr').length])"
    )
    assert [question for question, _, _ in told if question in QUESTIONS] == list(QUESTIONS)
    for question, label, rows in told:
        assert label, question
        assert rows > 0, f"{question}: no numbers below it"
    assert page.locator("text=Read with care").count() == 0  # all are of the same business


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_wider_than_a_telephone(opened, scheme):
    page = opened(360, color_scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    outside = page.evaluate(
        "[...document.querySelectorAll('body *')].filter(one => one.getBoundingClientRect().right > 361 "
        "&& !one.closest('.wide, pre')).map(one => one.tagName + '.' + one.className)"
    )
    assert outside == []
    assert page.locator("svg.drawn").first.is_visible()


def number(page, name):
    return plain(page.locator(f"#grid-{name}").inner_text())


def plain(text):
    return float(text.replace(",", "").replace("\u2212", "-").replace("$", "").strip("% "))


def test_the_sliders_change_the_numbers_they_should(opened):
    page = opened()
    buffer, strike = page.locator("#buffer"), page.locator("#strike-length")

    def read(key, slider, steps):
        slider.focus()
        page.keyboard.press("Home")
        found = []
        for _ in range(steps):
            found.append(
                [number(page, name) for name in ("stockout_days", "fill_rate", "carrying_cost", "stockout_cost")]
            )
            page.keyboard.press(key)
        return list(zip(*found, strict=True))

    days, served, carried, lost = read("ArrowRight", buffer, 11)
    assert days[0] > days[-1]
    assert list(days) == sorted(days, reverse=True)
    assert list(served) == sorted(served)
    assert list(carried) == sorted(carried)
    assert list(lost) == sorted(lost, reverse=True)
    assert page.locator("#buffer-told").inner_text() == "30 days"
    days, served, _, lost = read("ArrowRight", strike, 13)
    assert days[0] < days[-1]
    assert list(days) == sorted(days)
    assert list(served) == sorted(served, reverse=True)
    assert list(lost) == sorted(lost)
    assert page.locator("#strike-told").inner_text() == "60 days"
    assert strike.get_attribute("aria-valuetext") == "60 days of strike"
    assert "least mean total cost" in page.locator("#grid-best").inner_text()
    for name in ("stockout_days", "fill_rate", "carrying_cost", "stockout_cost", "total_cost"):
        low, high = page.locator(f"#span-{name}").inner_text().strip("()").split(" to ")
        assert plain(low) <= number(page, name) <= plain(high)
    # one item and one strike: small enough to be lived with the report
    assert "the business of this report" in page.locator("#strike p").first.inner_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(opened, scheme):
    from axe_playwright_python.sync_playwright import Axe

    page = opened(color_scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    found = Axe().run(page).response["violations"]
    bad = {one["id"]: [node["html"][:120] for node in one["nodes"][:3]] for one in found if one["impact"] in BAD}
    assert bad == {}


#: details that show nothing of what they hold
HIDDEN = (
    "[...document.querySelectorAll('details:not(.paperless)')].filter(one => "
    "![...one.children].slice(1).filter(inner => !inner.matches('.paperless')).every(inner => "
    "inner.checkVisibility({contentVisibilityAuto: true, visibilityProperty: true}) "
    "&& inner.getBoundingClientRect().height > 0)).length"
)


def test_it_prints(opened):
    page = opened()
    assert page.evaluate(HIDDEN) > 10
    pdf = page.pdf(prefer_css_page_size=True)
    assert pdf.startswith(b"%PDF")
    page.emulate_media(media="print")
    # the decision begins on the first sheet, however long it is: only its paragraph stays in one piece
    breaks = "name => getComputedStyle(document.querySelector(name)).breakInside"
    assert (page.evaluate(breaks, ".decision"), page.evaluate(breaks, ".answer")) == ("auto", "avoid")
    # by the style alone, before any script is asked
    assert page.evaluate(HIDDEN) == 0
    for place in range(page.locator("svg.drawn").count()):
        assert page.locator("svg.drawn").nth(place).is_visible()
    assert not page.locator("nav").is_visible()
    left_out = page.locator("details.paperless")
    assert left_out.count() > 1
    assert not any(left_out.nth(place).is_visible() for place in range(left_out.count()))
    assert page.locator(".paper").last.is_visible()
    assert page.get_by_text("Worked calculations of lines are not printed").is_visible()


@pytest.mark.parametrize("width", [360, 1200])
def test_a_line_of_the_ledger_opens_to_its_calculation(opened, width):
    page = opened()
    page.set_viewport_size({"width": width, "height": 900})
    page.locator("details.book > summary").first.click()
    page.locator("details.book[open] > details > summary").first.click()
    page.get_by_text("Worked calculation (comes out as stored)").locator("visible=true").first.click()
    steps = page.locator(".steps").locator("visible=true").first
    assert steps.locator("li").count() > 5
    # every step lies within the screen: nothing has to slide
    for place in range(steps.locator("li").count()):
        box = steps.locator("li").nth(place).bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width


def test_what_is_closed_is_opened_to_print_and_closed_again_where_the_style_is_not_known(opened):
    page = opened()
    closed = "document.querySelectorAll('details:not([open])').length"
    before = page.evaluate(closed)
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate(closed) == 0
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.evaluate(closed) == before > 10


def test_no_printed_figure_is_cut(opened):
    page = opened(700)
    page.emulate_media(media="print")
    wide = page.evaluate(
        "[...document.querySelectorAll('svg.drawn, table')].filter(one => one.getBoundingClientRect().right > "
        "document.documentElement.clientWidth + 1).map(one => one.outerHTML.slice(0, 120))"
    )
    assert wide == []
