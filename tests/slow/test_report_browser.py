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


def called(*arguments, home):
    made = subprocess.run(
        [sys.executable, "-m", "sim", *map(str, arguments)], cwd=home, capture_output=True, text=True, timeout=400
    )
    assert made.returncode == 0, made.stderr
    return made.stdout


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """A page with all that it can hold: figures, another run beside, sliders."""
    home = tmp_path_factory.mktemp("report")
    called("compare", "first_strike", "-n", "20", "-o", "run", "--no-progress", home=home)
    called("stress", "first_strike", "--postures", "jit,hybrid", "-o", "stress", "--no-progress", home=home)
    called("report", "run", "stress", "-o", "page", "--no-progress", home=home)
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
    assert page.locator("svg.drawn").count() >= 5
    for place in range(page.locator("svg.drawn").count()):
        box = page.locator("svg.drawn").nth(place).bounding_box()
        assert box["width"] > 300
        assert box["height"] > 100


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
    return float(page.locator(f"#grid-{name}").inner_text().replace(",", "").strip("$ %"))


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


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(opened, scheme):
    from axe_playwright_python.sync_playwright import Axe

    page = opened(color_scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    found = Axe().run(page).response["violations"]
    bad = {one["id"]: [node["html"][:120] for node in one["nodes"][:3]] for one in found if one["impact"] in BAD}
    assert bad == {}


def test_it_prints(opened):
    page = opened()
    pdf = page.pdf(prefer_css_page_size=True)
    assert pdf.startswith(b"%PDF")
    assert 2 <= pdf.count(b"/Type /Page\n") + pdf.count(b"/Type /Page ") <= 40 or len(pdf) > 50_000
    page.emulate_media(media="print")
    for place in range(page.locator("svg.drawn").count()):
        assert page.locator("svg.drawn").nth(place).is_visible()
    assert not page.locator("nav").is_visible()
