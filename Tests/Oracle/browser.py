"""A real browser without a window: Debian's Chromium, through its driver."""
import base64, contextlib, io, pathlib, tempfile, unicodedata

import axe_selenium_python
import pypdf
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

WIDTHS = [360, 768, 1440]
SHEET = 718  # What an A4 sheet leaves between its margins, in pixels of CSS.

AXE = pathlib.Path(axe_selenium_python.__file__).parent / "node_modules/axe-core/axe.min.js"

# What reaches out of the page or of a box that hides it, and letters that are too small to read.
CUT_OFF = """
const width = document.documentElement.clientWidth, found = [];
if (document.documentElement.scrollWidth > width) found.push(`the page is ${document.documentElement.scrollWidth} wide`);
for (const element of document.body.querySelectorAll('*')) {
  const box = element.getBoundingClientRect(), style = getComputedStyle(element);
  if (!box.width || !box.height || element.closest('.unseen')) continue;
  const name = `${element.tagName} “${(element.textContent || '').trim().slice(0, 40)}”`;
  if (box.right > width + 1 || box.left < -1) found.push(`${name} reaches from ${box.left} to ${box.right}`);
  if (style.overflowX != 'visible' && element.scrollWidth > element.clientWidth + 1) found.push(`${name} hides a part`);
  if (element.tagName == 'text') {
    const svg = element.ownerSVGElement;
    const size = parseFloat(style.fontSize) * svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
    if (size < 10) found.push(`${name} is ${size} pixels high`);
    const frame = svg.getBoundingClientRect();
    if (box.right > frame.right + 1 || box.left < frame.left - 1) found.push(`${name} reaches out of its chart`);
  }
}
return found;
"""


@contextlib.contextmanager
def chromium(profile=None):
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    with tempfile.TemporaryDirectory() as folder:
        for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                         "--force-device-scale-factor=1", f"--user-data-dir={folder}"):
            options.add_argument(argument)
        driver = webdriver.Chrome(options, Service("/usr/bin/chromedriver"))
        try:
            yield driver
        finally:
            driver.quit()


def show(driver, width, scheme="light", media="screen"):
    """Gives the page a width, and a medium."""
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                           {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False})
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {
        "media": media, "features": [{"name": "prefers-color-scheme", "value": scheme}]})


def breaches(driver):
    """What axe-core finds wrong with the page as it is."""
    driver.execute_script(AXE.read_text())
    found = driver.execute_async_script("axe.run().then(arguments[0])")["violations"]
    return [f"{rule['id']}: {node['html'][:200]}" for rule in found for node in rule["nodes"][:3]]


def lost_on_paper(driver, pdf):
    """The cells, headings and paragraphs of the page that cannot be read in its PDF."""
    # A PDF may hold fi as one letter.
    squeezed = lambda text: "".join(unicodedata.normalize("NFKC", text).split())
    paper = squeezed("".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages))
    texts = driver.execute_script(
        "return [...document.querySelectorAll('h1, h2, p, th, td, dt, dd')].filter(e => e.checkVisibility())"
        ".map(e => e.innerText)")
    words = [word for text in texts for word in text.split()]
    return [f"“{word}” is not on paper" for word in dict.fromkeys(words) if squeezed(word) not in paper]


def complaints(driver, pictures=None):
    """What is wrong with the page at any width, in light, in the dark and on paper; pictures of it go into a folder."""
    found = []
    looks = [(w, s, "screen") for w in WIDTHS for s in ("light", "dark")] + [(SHEET, "light", "print")]
    for width, scheme, media in looks:
        show(driver, width, scheme, media)
        found += [f"{width} {scheme} {media}: {words}" for words in driver.execute_script(CUT_OFF)]
        if media == "screen":
            found += [f"{width} {scheme} {media}: {words}" for words in breaches(driver)]
        if pictures:
            shot = driver.execute_cdp_cmd("Page.captureScreenshot", {"captureBeyondViewport": True})
            name = f"{width}-{scheme}-{media}.png"
            (pathlib.Path(pictures) / name).write_bytes(base64.b64decode(shot["data"]))
    sheet = driver.execute_cdp_cmd("Page.printToPDF", {"paperWidth": 8.27, "paperHeight": 11.69})
    pdf = base64.b64decode(sheet["data"])
    found += lost_on_paper(driver, pdf)
    if pictures:
        (pathlib.Path(pictures) / "print.pdf").write_bytes(pdf)
    show(driver, 1440)
    return found
