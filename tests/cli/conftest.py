"""What the tests of the program share: a model is loaded only where a test names one."""

import pytest


@pytest.fixture(autouse=True)
def no_model_of_this_machine(
    request: pytest.FixtureRequest, clean_environment: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A local model that happens to be installed here would take half a minute for an answer."""
    if not request.node.get_closest_marker("local"):
        monkeypatch.setenv("ASSISTANT_LLM", "none")
