"""What the doctor found, a line a check."""

from assistant.cli.render.doctor import doctor_text
from assistant.cli.render.page import Page
from assistant.reports import DoctorCheck, DoctorReport

WELL = DoctorCheck("catalogue", "ok", "1 document, 7 passages")
MENDED = DoctorCheck("full text", "mended", "the full-text index cannot be read")
WRONG = DoctorCheck("disk", "wrong", "12 MB free", "free space there")


def test_each_check_is_a_line_and_the_last_line_sums_them_up():
    assert doctor_text(DoctorReport("/index", (WELL, MENDED, WRONG)), Page()) == (
        "/index\n"
        "ok      catalogue        1 document, 7 passages\n"
        "mended  full text        the full-text index cannot be read\n"
        "wrong   disk             12 MB free; free space there\n"
        "1 wrong, 1 mended"
    )
    assert doctor_text(DoctorReport("/index", (WELL,)), Page()).endswith("all is well")


def test_on_a_terminal_each_state_has_its_colour():
    shown = doctor_text(DoctorReport("/index", (WELL, WRONG)), Page(colour=True))
    assert "\x1b[32mok" in shown
    assert "\x1b[31mwrong" in shown


def test_on_a_terminal_what_is_long_goes_on_below_itself():
    lost = DoctorCheck("local model", "wrong", "its file is not the published one", "delete it now")
    report = DoctorReport("/index", (lost,))
    assert doctor_text(report, Page(60)).split("\n")[1:-1] == [
        "wrong   local model      its file is not the published one",
        "                         delete it now",
    ]
    narrow = doctor_text(report, Page(30)).split("\n")[1:-1]
    assert " ".join(" ".join(narrow).split()) == (
        "wrong local model its file is not the published one delete it now"
    )
    assert max(map(len, narrow)) <= 30
