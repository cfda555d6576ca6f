"""Which browsers a walk must pass, on Linux and on a Mac."""

from tests.browser import others


def test_on_linux_nothing_is_left_out() -> None:
    assert others.names("linux") == ("firefox", "webkit")
    assert others.left_out("linux") == ""


def test_a_mac_leaves_webkit_out_and_says_so() -> None:
    assert "webkit" not in others.names("darwin")
    assert "needs Linux" in others.left_out("darwin")
