"""The world's countries with their people's names and their capitals.

A capital may stand for its country's government. English only.
"""

from __future__ import annotations

_TABLE = """
afghanistan:afghan:kabul;albania:albanian:tirana;algeria:algerian:algiers;andorra:andorran:;
angola:angolan:luanda;argentina:argentine,argentinian,argentinean:buenos aires;
armenia:armenian:yerevan;australia:australian:canberra;austria:austrian:vienna;
azerbaijan:azerbaijani,azeri:baku;bahamas:bahamian:nassau;bahrain:bahraini:manama;
bangladesh:bangladeshi:dhaka;barbados:barbadian:bridgetown;belarus:belarusian:minsk;
belgium:belgian:;belize:belizean:belmopan;benin:beninese:porto-novo;bhutan:bhutanese:thimphu;
bolivia:bolivian:la paz;bosnia:bosnian:sarajevo;botswana:motswana,batswana:gaborone;
brazil:brazilian:brasilia,brasília;brunei:bruneian:;bulgaria:bulgarian:sofia;
burkina faso:burkinabe,burkinabé:ouagadougou;burundi:burundian:gitega;
cambodia:cambodian:phnom penh;cameroon:cameroonian:yaounde,yaoundé;canada:canadian:ottawa;
cape verde:cape verdean:praia;central african republic::bangui;chad:chadian:n'djamena;
chile:chilean:;china:chinese:beijing;colombia:colombian:bogota,bogotá;comoros:comorian:moroni;
congo:congolese:kinshasa,brazzaville;costa rica:costa rican:;croatia:croatian,croat:zagreb;
cuba:cuban:havana;cyprus:cypriot:nicosia;czechia:czech:prague;denmark:danish,dane:copenhagen;
djibouti:djiboutian:;dominica::;dominican republic::santo domingo;ecuador:ecuadorian,ecuadorean:quito;
egypt:egyptian:cairo;el salvador:salvadoran,salvadorean:;england:english:;
eritrea:eritrean:asmara;estonia:estonian:tallinn;eswatini:swazi:mbabane;
ethiopia:ethiopian:addis ababa;fiji:fijian:suva;finland:finnish,finn:helsinki;
france:french:paris;gabon:gabonese:libreville;gambia:gambian:banjul;georgia:georgian:tbilisi;
germany:german:berlin;ghana:ghanaian:accra;greece:greek:athens;greenland:greenlandic:nuuk;
grenada:grenadian:;guatemala:guatemalan:;guinea:guinean:conakry;guinea-bissau::bissau;
guyana:guyanese:georgetown;haiti:haitian:port-au-prince;honduras:honduran:tegucigalpa;
hong kong::;hungary:hungarian:budapest;iceland:icelandic,icelander:reykjavik,reykjavík;
india:indian:delhi,new delhi;indonesia:indonesian:jakarta;iran:iranian:tehran;iraq:iraqi:baghdad;
ireland:irish:dublin;israel:israeli:;italy:italian:rome;ivory coast:ivorian:yamoussoukro,abidjan;
jamaica:jamaican:kingston;japan:japanese:tokyo;jordan:jordanian:amman;
kazakhstan:kazakh:astana;kenya:kenyan:nairobi;kiribati::tarawa;kosovo:kosovan,kosovar:pristina;
kuwait:kuwaiti:;kyrgyzstan:kyrgyz:bishkek;laos:laotian,lao:vientiane;latvia:latvian:riga;
lebanon:lebanese:beirut;lesotho:basotho:maseru;liberia:liberian:monrovia;libya:libyan:tripoli;
liechtenstein::vaduz;lithuania:lithuanian:vilnius;luxembourg:luxembourgish:;
madagascar:malagasy:antananarivo;malawi:malawian:lilongwe;malaysia:malaysian:kuala lumpur,putrajaya;
maldives:maldivian:;mali:malian:bamako;malta:maltese:valletta;mauritania:mauritanian:nouakchott;
mauritius:mauritian:port louis;mexico:mexican:mexico city;micronesia:micronesian:;
moldova:moldovan:chisinau;monaco::;mongolia:mongolian:ulaanbaatar,ulan bator;
montenegro:montenegrin:podgorica;morocco:moroccan:rabat;mozambique:mozambican:maputo;
myanmar:burmese:naypyidaw;namibia:namibian:windhoek;nauru:nauruan:;nepal:nepali,nepalese:kathmandu;
netherlands:dutch,holland:the hague,amsterdam;new zealand:new zealander,kiwi:wellington;
nicaragua:nicaraguan:managua;niger:nigerien:niamey;nigeria:nigerian:abuja;
north korea:north korean:pyongyang;north macedonia:macedonian:skopje;northern ireland::belfast;
norway:norwegian:oslo;oman:omani:muscat;pakistan:pakistani:islamabad;palau:palauan:;
palestine:palestinian:ramallah;panama:panamanian:;papua new guinea::port moresby;
paraguay:paraguayan:asuncion,asunción;peru:peruvian:lima;philippines:philippine,filipino:manila;
poland:polish:warsaw;portugal:portuguese:lisbon;qatar:qatari:doha;romania:romanian:bucharest;
russia:russian:moscow,kremlin;rwanda:rwandan:kigali;samoa:samoan:apia;san marino::;
saudi arabia:saudi,saudi arabian:riyadh;scotland:scottish,scot:edinburgh;
senegal:senegalese:dakar;serbia:serbian,serb:belgrade;seychelles:seychellois:;
sierra leone:sierra leonean:freetown;singapore:singaporean:;slovakia:slovak,slovakian:bratislava;
slovenia:slovenian,slovene:ljubljana;somalia:somali:mogadishu;south africa:south african:pretoria;
south korea:south korean:seoul;south sudan:south sudanese:juba;spain:spanish,spaniard:madrid;
sri lanka:sri lankan:colombo;sudan:sudanese:khartoum;suriname:surinamese:paramaribo;
sweden:swedish,swede:stockholm;switzerland:swiss:bern,berne;syria:syrian:damascus;
taiwan:taiwanese:taipei;tajikistan:tajik:dushanbe;tanzania:tanzanian:dodoma;thailand:thai:bangkok;
togo:togolese:lome,lomé;tonga:tongan:;trinidad and tobago:trinidadian:port of spain;
tunisia:tunisian:tunis;turkey:turkish,turkiye,türkiye:ankara;turkmenistan:turkmen:ashgabat;
tuvalu::;uganda:ugandan:kampala;ukraine:ukrainian:kyiv,kiev;
united arab emirates:emirati,uae:abu dhabi;uk:british,britain,great britain,united kingdom,briton:london;
us:american,america,usa,united states,united states of america:washington;
eu:european union:brussels;uruguay:uruguayan:montevideo;uzbekistan:uzbek:tashkent;
vanuatu::;venezuela:venezuelan:caracas;vietnam:vietnamese,viet nam:hanoi;wales:welsh:cardiff;
yemen:yemeni:sanaa;zambia:zambian:lusaka;zimbabwe:zimbabwean:harare;korea:korean:;
europe:european:;africa:african:;asia:asian:
"""
_ROWS = [
    (name, forms.split(",") if forms else [], capitals.split(",") if capitals else [])
    for name, forms, capitals in (row.split(":") for row in _TABLE.replace("\n", "").split(";"))
]

PEOPLES = {form: name for name, forms, _ in _ROWS for form in forms}
"""What a country is called besides, or its people -> the country, all in lower case."""
CAPITALS = {capital: name for name, _, capitals in _ROWS for capital in capitals}
"""A capital that may stand for its country's government -> the country, in lower case."""
NAMES = frozenset(name for name, _, _ in _ROWS)
"""Countries and continents, one name each, in lower case."""
COUNTRIES = (NAMES - {"us", "uk", "eu"}) | frozenset(
    "britain;great britain;united kingdom;united states;america;czech republic;turkiye".split(";")
)
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
