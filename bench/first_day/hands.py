"""What a person does with their hands, counted: pages opened, buttons and links pressed, letters typed."""

from typing import Any


class Hands:
    """Does it in a page of a real browser, and counts.

    Attributes:
        pages: how many were opened. presses: buttons, links and choices. letters: typed, not pasted.
    """

    def __init__(self) -> None:
        self.pages = self.presses = self.letters = 0

    def watch(self, page: Any) -> Any:
        """Count the pages that open in this tab."""
        page.on("framenavigated", lambda frame: self._opened(frame, page))
        return page

    def _opened(self, frame: Any, page: Any) -> None:
        if frame == page.main_frame:
            self.pages += 1

    def press(self, what: Any) -> None:
        """Press a button or a link, or choose."""
        what.click()
        self.presses += 1

    def type(self, what: Any, text: str) -> None:
        """Type into a field."""
        what.fill(text)
        self.presses += 1
        self.letters += len(text)

    def paste(self, what: Any, text: str) -> None:
        """Paste into a field."""
        what.fill(text)
        self.presses += 2

    def choose_file(self, what: Any, path: str) -> None:
        """Choose a file."""
        what.set_input_files(path)
        self.presses += 3
