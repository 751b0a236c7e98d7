"""The page in a real browser, without a network and from a file."""

import io
import random
import re
import shutil
import subprocess

import pytest
from PIL import Image

pytestmark = pytest.mark.slow  # together: each test starts a browser

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-sync",
    "--hide-scrollbars",
    "--window-size=1280,2600",
    "--enable-logging=stderr",
    "--v=0",
)
RECORDS = 70
PIECE = 60
"""Cards the page shows at once."""

PAINT = (255, 0, 255)
"""A colour that the page has not."""

PAINTED = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4000 900">'
    b"<script>document.documentElement.remove()</script>"
    b'<rect width="4000" height="900" fill="#f0f"/></svg>'
)

POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')


@pytest.fixture
def browse(tmp_path):
    """Open a page; gives the document after its script ran, what the console said, a picture."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        pytest.fail(f"no browser on this machine (looked for {', '.join(BROWSERS)}): make browser")

    def run(page, *flags):
        path = tmp_path / "page.html"
        path.write_bytes(page)
        command = [browser, *FLAGS, f"--user-data-dir={tmp_path / 'profile'}", *flags]
        return subprocess.run(
            [*command, path.as_uri()], capture_output=True, timeout=120, check=True
        )

    return run


@pytest.fixture
def look(browse, parse_page):
    """The document as the browser has it, and the lines of its console."""

    def run(page):
        done = browse(page, "--dump-dom")
        console = [line for line in done.stderr.decode().splitlines() if "CONSOLE" in line]
        return parse_page(done.stdout), console

    return run


@pytest.fixture
def photograph(browse, tmp_path):
    """What a person sees of the upper part of the page."""

    def run(page, *flags):
        path = tmp_path / "page.png"
        browse(page, f"--screenshot={path}", *flags)
        return Image.open(path).convert("RGB")

    return run


@pytest.fixture
def judged(metric, evaluation):
    """An evaluation of more metrics and baselines than a window is wide."""
    names = ("mean-vector", "prototype", "nearest-text", "ridge", "preset-original", "x" * 90)
    baselines = {name: 0.01 * place for place, name in enumerate(names)}
    return evaluation(*(metric(f"mae-{n}", 0.02, (0.01, 0.03), **baselines) for n in range(20)))


@pytest.fixture
def page(make_page, record, labels, expression, verdict, receipt, tmp_path, judged):
    """A page with everything a person can use, of more cards than are shown at once."""

    def make(number):
        word = ("joy", "fear")[number % 2]
        (tmp_path / f"{number}.png").write_bytes(_draw_picture(number))
        return record(
            f"r{number}",
            source={"dataset": "even" if number % 2 == 0 else "odd", "split": "train"},
            text={"content": f"Sentence number {number}."},
            labels=labels("goemotions", word),
            expression=expression([(word, 0.5)], [(12, "both", 0.5)]),
            assets={"image": {"uri": f"{number}.png", "media_type": "image/png"}},
            verdicts={"quality": verdict(sharpness=float(number))},
        )

    source = receipt("t import", "source", RECORDS + 2, passed=RECORDS, dropped=2, gives="x")
    quality = receipt("t filter", "filter", RECORDS, passed=RECORDS, takes=[("input", "x")])
    return make_page(
        map(make, range(RECORDS)),
        receipts=[source, quality],
        evaluations=[judged],
        figures={"wide.svg": PAINTED, "noise.png": _draw_picture(0)},
    )


def _draw_picture(number):
    noise = random.Random(number).randbytes(48 * 48 * 3)
    buffer = io.BytesIO()
    Image.frombytes("RGB", (48, 48), noise).save(buffer, "PNG")
    return buffer.getvalue()


def _drive(page, script):
    """Let a script use the page as a person would; the policy that forbids it is taken out."""
    text = POLICY.sub("", page.decode()).replace("</body>", f"<script>{script}</script></body>")
    return text.encode()


def _shown(document):
    return [a for a in document.all("article", class_="card") if "hidden" not in a]


def test_the_console_stays_silent(look, page):
    document, console = look(page)

    assert console == []
    assert len(document.all("article", class_="card")) == RECORDS


def test_a_script_that_is_not_the_pages_own_is_refused_and_the_console_says_so(look, page):
    foreign = page.replace(b"</body>", b"<script>document.body.replaceChildren()</script></body>")
    document, console = look(foreign)

    assert len(document.all("article", class_="card")) == RECORDS
    assert any("Content Security Policy" in line for line in console)


def test_cards_beyond_the_first_piece_wait_behind_a_button(look, page):
    document, _ = look(page)
    (button,) = document.all("button", id="more")

    assert len(_shown(document)) == PIECE
    assert f"{PIECE} of {RECORDS} shown" in document.text
    assert "hidden" not in button


def test_the_button_shows_the_rest_and_goes_away(look, page):
    document, console = look(_drive(page, "document.getElementById('more').click()"))
    (button,) = document.all("button", id="more")

    assert console == []
    assert len(_shown(document)) == RECORDS
    assert "hidden" in button


def test_words_and_choices_narrow_the_gallery_together(look, page):
    script = """
      document.getElementById('filter-text').value = 'SENTENCE 6';
      const emotion = document.getElementById('filter-emotion');
      emotion.selectedIndex = [...emotion.options].findIndex((one) => one.text === 'joy');
      emotion.dispatchEvent(new Event('input', {bubbles: true}));
    """
    document, console = look(_drive(page, script))
    expected = [n for n in range(RECORDS) if n % 2 == 0 and "6" in str(n)]

    assert console == []
    assert f"{len(expected)} of {len(expected)} shown" in document.text
    assert len(_shown(document)) == len(expected)


def test_nothing_reaches_beyond_the_window(look, page):
    script = "document.title = document.documentElement.scrollWidth - window.innerWidth"
    document, _ = look(_drive(page, script))

    assert int(re.search(r"<title>(-?\d+)</title>", document.content).group(1)) <= 0


def test_a_figure_is_shown_and_its_script_is_not_run(photograph, make_page):
    picture = photograph(make_page(figures={"painted.svg": PAINTED}))
    painted = {colour: count for count, colour in picture.getcolors(maxcolors=2**24)}

    assert painted[PAINT] > 100_000


@pytest.mark.parametrize(
    ("flags", "is_light"), [((), True), (("--blink-settings=preferredColorScheme=0",), False)]
)
def test_the_page_is_drawn_in_many_colours_on_light_or_dark_paper(
    photograph, page, flags, is_light
):
    picture = photograph(page, *flags)
    paper = picture.getpixel((2, 2))

    assert len(picture.getcolors(maxcolors=2**24)) > 200
    assert (min(paper) > 200, max(paper) < 60) == (is_light, not is_light)
