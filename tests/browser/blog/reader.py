"""A reader on a blog, the same in every browser: what they see, press and wait for.

Scripts are expressions: `blog("scrollY")` in the blog's page, `quiz("location.href")` in a frame.
Both work even where the page itself may run none.
"""

from collections.abc import Callable
from typing import Any, Protocol

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Frame, Page
from selenium.common.exceptions import TimeoutException, WebDriverException
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.support.wait import WebDriverWait

PATIENCE = 20  # seconds; far more than any step takes
FRAME = """(() => {
  const box = document.querySelectorAll("iframe")[%d].getBoundingClientRect();
  return [box.top, innerHeight];
})()"""
THING = """(() => {
  const thing = document.querySelector("%s");
  thing.scrollIntoView({ block: "nearest" });
  const box = thing.getBoundingClientRect();
  return [box.top, box.height];
})()"""

# Whether a page will say that a click has come: one that may run no script can't.
LISTEN = """(() => {
  let runs = false;
  addEventListener("heard", () => { runs = true; }, { once: true });
  dispatchEvent(new Event("heard"));
  window.clickIsDue = runs;
  addEventListener("click", () => { window.clickIsDue = false; }, { capture: true, once: true });
  return runs;
})()"""


class Window(Protocol):
    """What a browser's window has to offer."""

    def open(self, address: str) -> None: ...
    def resize(self, width: int, height: int) -> None: ...
    def run(self, script: str, frame: int | None) -> Any: ...
    def click(self, selector: str, frame: int | None) -> None: ...
    def keys(self, *names: str) -> None: ...


class Reader:
    """Somebody with one window; `browser` says whose."""

    def __init__(self, window: Window, browser: str) -> None:
        self.window = window
        self.browser = browser

    def open(self, address: str, width: int = 1000, height: int = 800) -> None:
        self.window.resize(width, height)
        self.window.open(address)

    def blog(self, script: str) -> Any:
        """The value of an expression in the blog's page."""
        return self.window.run(script, None)

    def quiz(self, script: str, frame: int = 0) -> Any:
        """The value of an expression in a frame of the blog's page."""
        return self.window.run(script, frame)

    def press(self, selector: str, frame: int = 0) -> None:
        """Click something in a frame; scroll there first when it is out of the window."""
        top, height = self.quiz(THING % selector.replace('"', "'"), frame)
        above, window = self.blog(FRAME % frame)
        if above + top < 0 or above + top + height > window:
            middle = above + top + height / 2 - window / 2
            self.blog(f"scrollBy({{ top: {middle}, behavior: 'instant' }})")
        if self.browser == "webkit":
            self._press_until_it_came(selector, frame)
        else:
            self.window.click(selector, frame)

    def _press_until_it_came(self, selector: str, frame: int) -> None:
        """WebKit's driver loses clicks into a frame that is not painted yet (seen when busy)."""
        for patience in (2, PATIENCE):
            listens = self.quiz(LISTEN, frame)
            self.window.click(selector, frame)
            if not listens:
                return
            try:  # another page knows nothing of it
                self.wait(lambda: not self.quiz("window.clickIsDue", frame), patience)
            except TimeoutException:
                continue
            return
        raise AssertionError(f"no click came to {selector}")

    def click(self, selector: str) -> None:
        """Click something in the blog's page."""
        self.window.click(selector, None)

    def keys(self, *names: str) -> None:
        """Press keys, one after the other, wherever the focus is: "Tab", "Enter", "4"."""
        self.window.keys(*names)

    def wait(self, what: Callable[[], Any], patience: float = PATIENCE) -> Any:
        """Wait until something is true; what is still on its way is not."""
        on_its_way = (WebDriverException, PlaywrightError, TypeError, IndexError)
        return WebDriverWait(self, patience, 0.03, on_its_way).until(lambda _: what())


class PlaywrightWindow:
    """A page of Playwright's."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def open(self, address: str) -> None:
        self.page.goto(address)

    def resize(self, width: int, height: int) -> None:
        self.page.set_viewport_size({"width": width, "height": height})

    def run(self, script: str, frame: int | None) -> Any:
        return self.place(frame).evaluate(f"() => ({script})")

    def click(self, selector: str, frame: int | None) -> None:
        self.place(frame).locator(selector).first.click()

    def keys(self, *names: str) -> None:
        for name in names:
            self.page.keyboard.press(name)

    def place(self, frame: int | None) -> Page | Frame:
        if frame is None:
            return self.page
        inside = self.page.query_selector_all("iframe")[frame].content_frame()
        assert inside
        return inside


class SeleniumWindow:
    """The window of a WebDriver."""

    def __init__(self, driver: WebDriver) -> None:
        self.driver = driver

    def open(self, address: str) -> None:
        self.driver.get(address)

    def resize(self, width: int, height: int) -> None:
        self.driver.switch_to.default_content()
        # The window has edges of its own, so measure what is left inside and add the difference.
        for _ in range(2):
            size = "[innerWidth, innerHeight, outerWidth, outerHeight]"
            inner_width, inner_height, outer_width, outer_height = self.run(size, None)
            if (inner_width, inner_height) != (width, height):
                self.driver.set_window_size(
                    outer_width + width - inner_width, outer_height + height - inner_height
                )

    def run(self, script: str, frame: int | None) -> Any:
        self._go(frame)
        return self.driver.execute_script(f"return ({script});")

    def click(self, selector: str, frame: int | None) -> None:
        self._go(frame)
        self.driver.find_element(By.CSS_SELECTOR, selector).click()

    def keys(self, *names: str) -> None:
        for name in names:
            key = getattr(Keys, name.upper()) if len(name) > 1 else name
            ActionChains(self.driver, duration=0).send_keys(key).perform()

    def _go(self, frame: int | None) -> None:
        self.driver.switch_to.default_content()
        if frame is not None:
            frames = self.driver.find_elements(By.TAG_NAME, "iframe")
            self.driver.switch_to.frame(frames[frame])
