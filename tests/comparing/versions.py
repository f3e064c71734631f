"""Texts with known changes, and layouts that change nothing, to test and measure `compare`.

In a text `{old|new}` is one change; one side may be empty. The second half was written before the
first figures and not looked at until the end.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable

SEEN = (
    """Agreement on the Lease of the Harbour Kiosk

This agreement is made between Orla Tamm ("the Owner") and Bryn Castell ("the Tenant").

1. The Tenant shall pay {450|520} euros a month, by the {third|fifth} working day of each month.

2. The Owner {shall|may} repair the roof before {1 March|1 April} 2031.

3. Dogs are {|not }allowed in the kiosk. The Tenant keeps the windows clean.

4. The lease ends on 31 December 2033{| unless both parties agree otherwise in writing}.

5. {The Tenant may sublet the back room. |}Notices are sent by post to the address above.

6. The deposit is returned within {30|14} days after the keys are handed over.
""",
    """Water will be shut off in Fennel Street

The works begin on Monday, {4|11} May 2032 and last about three days. Residents of the {even|odd}
numbers are asked to fill their buckets the evening before.

Water can be had at the {town hall|fire station} from 7 a.m. to {6|8} p.m. Bring your own can.

{Children must not fetch water alone. |}The pressure may be low for a day after the works.

Questions are answered by {Edda Lorn|Milo Grath} at the works department. {|The telephone is staffed
on Saturdays too. }There is no charge.
""",
    """Ferry strikes pier, {nine|eleven} people hurt

A ferry with 212 passengers struck the northern pier of Oldhaven on Tuesday, police said.

{Nobody was|Two people were} seriously hurt, according to the clinic. The ship had left Saltby at
6:40 a.m. and was {ten|twenty} minutes late.

Captain Runa Voss {said|denied} that the rudder had failed. The harbour master, {Timo Ekle|Lars
Brandt}, has opened an inquiry. A report is expected {in June|by September}.

The ferry company carries about 1.2 million people a year. It lost a ferry in 2019, too.
""",
    """Rules of the Reading Room

- The room is open from 9 to {17|19} o'clock.
- Bags {must|should} be left in the lockers.
- Readers may order {up to five|up to eight} volumes a day.
- Maps are shown {only|} to holders of a green card.
- Pencils alone are permitted; ink is {prohibited|permitted}.
- {Copies cost 20 cents a page.|}
- {|Photographs without flash are free.}

A reader who breaks a rule may be barred for a year. The head of the room decides after hearing the
reader.
""",
    """Supply of Oats: Terms

The Seller delivers {40|44} tonnes of oats to the mill at Varn each quarter. Delivery is free of
charge {if|unless} the order exceeds 10 tonnes.

The price is 210 euros a tonne. It {is|is not} adjusted for inflation. Payment is due within 30 days
of delivery.

The Buyer inspects each load within {two|five} days and {may|must} reject wet oats. Claims
{before|after}
that date are not heard.

Either party may end the contract with {three|six} months' notice. The courts of {Varn|Lund} decide.
{|Both parties keep the terms secret. }The contract is written in English.
""",
    """Fees of the Swimming Hall

Adult: {6.50|7.20} euros
Child under {12|14}: 3 euros
Family card: 15 euros
Sauna: 9 euros

Tickets are valid on the day of purchase. A lost key costs 25 euros. {Season tickets can be
returned until 15 May.|Season tickets cannot be returned.}

The hall closes for cleaning in {August|July}. {|Caps are required in the diving pool.} Showers are
free.
""",
)
KEPT = (
    """Agreement on the Care of Two Horses

Petra Holm, the owner, leaves her horses Fable and Juniper with the stable at Ash Mill.

1. The stable feeds the horses {twice|three times} a day and {shall|may} ride them on weekdays.

2. The owner pays {380|395} euros for each horse, {in advance|in arrears}.

3. A veterinarian is called {if|only if} a horse has not eaten for a day.

4. The stable is {|not }liable for injuries in the field.

5. This agreement may be ended {with four weeks' notice|without notice}.
{It is renewed each spring. |}The
owner's saddle stays in the stable.

6. All disputes go to the magistrate at {Ash Mill|Corby}.
""",
    """Notice: Night Flights at Brackfield

From {2 June|9 June} 2034 {six|four} flights a night are permitted between 11 p.m. and 5 a.m.

Aircraft louder than {80|75} decibels {are|are not} excluded. Objections must be lodged with the
district office by {30 April|15 May} 2034.

{Hearings are open to the public. |}The plans lie open in the library.
{|Copies are sent on request. }

The officer in charge is Dr {Ines Marlow|Jon Petrel}. The airport employs 1,900 people.
""",
    """Factory fire in Dunmere put out after {six|nine} hours

A fire destroyed the {paint|carpet} factory of Dunmere on Friday night. The damage is put at
{3 million|5 million} euros.

All {64|46} workers had left the building. The cause is {not yet known|known}, the fire chief
said. The
owner, Kestrel Works, {will|could} rebuild the hall.

Mayor {Alba Quist|Dag Sorel} visited the site on Saturday. {She promised help to the workers. |}The
river was not polluted, according to tests.

The factory was founded in 1921. It made floor coverings for ships.
""",
    """House Rules for Volunteers

* Volunteers wear a badge {at all times|during visits}.
* Gifts worth more than {20|50} euros must be declared.
* Keys are {never|sometimes} lent to visitors.
* {Smoking is forbidden in the yard.|}
* Shifts last {four|five} hours, with a break of 20 minutes.
* {|New volunteers are trained for two days.}

Volunteers {are|may be} insured by the house. Expenses are paid back {before|after} the tenth of
the month
on presentation of receipts. Complaints go to the office on the second floor.
""",
    """Licence for the Use of the Bird Song Archive

The Archive grants the Licensee {an exclusive|a non-exclusive} right to play the recordings. The
right
extends to {all|some} countries of Europe.

The Licensee must name the Archive {and|or} the recordist in each broadcast. Recordings
{may|may not}
be altered.

The fee amounts to {12%|15%} of receipts, at least {900|1,100} euros a year. It is due by
{31 January|28
February}. {Late payments bear interest at 4 percent.
|}The Archive may inspect the books once a year.

The licence runs for {five|seven} years from the day of signature. It ends at once if the fee is
not paid.
""",
    """Opening Hours and Prices of the Tram Museum

Monday: closed
Tuesday: {10|9} to 16
Sunday: 11 to {18|17}
Guided tour: {4|6} euros

Groups of {ten|fifteen} or more must book {two weeks|a week} ahead. Wheelchairs {can|cannot}
enter the
upper deck. The café is {open|shut} on Mondays.

{The museum takes cards only.|} Dogs wait outside. {|Tram 9 stops at the gate.}
""",
)
_EDIT = re.compile(r"\{([^|{}]*)\|([^|{}]*)\}")


def versions(text: str) -> tuple[str, str, list[tuple[str, str]]]:
    """The old version, the new one, and what was changed."""
    edits = [tuple(" ".join(side.split()) for side in edit) for edit in _EDIT.findall(text)]
    return _EDIT.sub(r"\1", text), _EDIT.sub(r"\2", text), edits  # type: ignore[return-value]


def _paragraphs(text: str) -> list[str]:
    return [part for part in text.strip().split("\n\n") if part.strip()]


def _is_list(part: str) -> bool:
    lines = part.splitlines()
    return len(lines) > 1 and all(line[:2] in ("- ", "* ") or ": " in line for line in lines)


def narrow(text: str) -> str:
    """The text in lines of 52 characters, with typographic marks."""
    text = re.sub(r'"([^"]*)"', r"“\1”", text).replace("'", "’")
    return "\n\n".join(
        part if _is_list(part) else textwrap.fill(" ".join(part.split()), 52)
        for part in _paragraphs(text)
    )


def unwrapped(text: str) -> str:
    """Each paragraph on one line, items and clauses with other numbers and marks."""
    text = re.sub(r"^(\d)\. ", lambda m: f"{int(m[1]) + 3}) ", text, flags=re.M)
    text = re.sub(r"^[-*] ", "• ", text, flags=re.M)
    return "\n\n".join(
        part if "\n• " in part or _is_list(part) else " ".join(part.split())
        for part in _paragraphs(text)
    )


def paged(text: str) -> str:
    """A page each ten lines of 60 characters, wherever it falls, with a head and a number."""
    lines = []
    for part in _paragraphs(text):
        lines += part.splitlines() if _is_list(part) else textwrap.wrap(" ".join(part.split()), 60)
        lines.append("")
    pages = [lines[n : n + 10] for n in range(0, len(lines), 10)]
    return "\n".join(
        "\n".join(["Office copy", "", *page, "", f"- {number} -", ""])
        for number, page in enumerate(pages, 4)
    )


def turned(text: str) -> str:
    """The paragraphs after the first in another order."""
    first, *rest = _paragraphs(text)
    return "\n\n".join([first, *rest[2:], *rest[:2]])


LAYOUTS: tuple[Callable[[str], str], ...] = (str, narrow, unwrapped, paged, turned)
