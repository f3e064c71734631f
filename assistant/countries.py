"""The world's countries, so that one is known in any spelling of its capitals."""

from __future__ import annotations

_NAMES = """
afghanistan;albania;algeria;andorra;angola;argentina;armenia;australia;austria;azerbaijan;bahamas;
bahrain;bangladesh;barbados;belarus;belgium;belize;benin;bhutan;bolivia;bosnia;botswana;brazil;
britain;brunei;bulgaria;burkina faso;burundi;cambodia;cameroon;canada;cape verde;
central african republic;chad;chile;china;colombia;comoros;congo;costa rica;croatia;cuba;cyprus;
czechia;czech republic;denmark;djibouti;dominica;dominican republic;ecuador;egypt;el salvador;
england;eritrea;estonia;eswatini;ethiopia;fiji;finland;france;gabon;gambia;georgia;germany;ghana;
great britain;greece;greenland;grenada;guatemala;guinea;guinea-bissau;guyana;haiti;honduras;
hong kong;hungary;iceland;india;indonesia;iran;iraq;ireland;israel;italy;ivory coast;jamaica;japan;
jordan;kazakhstan;kenya;kiribati;kosovo;kuwait;kyrgyzstan;laos;latvia;lebanon;lesotho;liberia;
libya;liechtenstein;lithuania;luxembourg;madagascar;malawi;malaysia;maldives;mali;malta;mauritania;
mauritius;mexico;micronesia;moldova;monaco;mongolia;montenegro;morocco;mozambique;myanmar;namibia;
nauru;nepal;netherlands;new zealand;nicaragua;niger;nigeria;north korea;north macedonia;
northern ireland;norway;oman;pakistan;palau;palestine;panama;papua new guinea;paraguay;peru;
philippines;poland;portugal;qatar;romania;russia;rwanda;samoa;san marino;saudi arabia;scotland;
senegal;serbia;seychelles;sierra leone;singapore;slovakia;slovenia;somalia;south africa;
south korea;south sudan;spain;sri lanka;sudan;suriname;sweden;switzerland;syria;taiwan;tajikistan;
tanzania;thailand;togo;tonga;trinidad and tobago;tunisia;turkey;turkiye;turkmenistan;tuvalu;uganda;
ukraine;united arab emirates;united kingdom;united states;uruguay;uzbekistan;vanuatu;venezuela;
vietnam;wales;yemen;zambia;zimbabwe;korea;america;europe;africa;asia
"""
COUNTRIES = frozenset(_NAMES.replace("\n", "").split(";"))
"""Countries, and what is spoken of like one, in lower case."""
SHORT_FORMS = frozenset("US UK USA UAE EU U.S. U.K. U.S.A. E.U.".split())
"""Short forms, which only their capitals tell from common words."""


def is_country(name: str) -> bool:
    """Whether the name is a country's, in any case; an article before it does not count.

    >>> is_country("the united kingdom"), is_country("US"), is_country("us")
    (True, True, False)
    """
    bare = name.removeprefix("the ").removeprefix("The ")
    return bare in SHORT_FORMS or bare.lower() in COUNTRIES
