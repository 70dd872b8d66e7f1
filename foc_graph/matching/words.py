"""Words in names: those with several spellings, those that say little, and those that mean a country."""

from __future__ import annotations


def _table(text: str) -> dict[str, str]:
    """Return for each line the first word and what the others make."""
    return {short: long for short, _, long in (line.partition(" ") for line in text.strip().splitlines())}


def _listed(text: str, separator: str | None = None) -> tuple[str, ...]:
    return tuple(phrase.strip() for line in text.strip().splitlines() for phrase in line.split(separator))


ABBREVIATIONS = _table("""
assn association
assoc association
centre center
defence defense
dem democratic
dept department
dpr democratic peoples republic
dr democratic republic
drc democratic republic congo
fdn foundation
fed federated
govt government
inst institute
intl international
ir islamic republic
labour labor
min ministry
mt mount
natl national
org organization
organisation organization
pdr peoples democratic republic
pr peoples republic
programme program
rep republic
st saint
ste saint
sar special administrative region
sts states
theatre theater
univ university
""")
"""What a word stands for wherever it is; also the one spelling of several in English."""

TRANSLATIONS = {
    other: word
    for line in """
    affairs affaires asuntos assuntos angelegenheiten affari zaken
    african africaine africain africana africano afrikanische
    arab arabe arabes arabische araba arabskaya arabskie
    association asociacion associacao associazione verein verband vereniging assotsiatsiya
    bank banque banco banca banki
    bavaria bavarian bayern
    british britanique britannique britannicas britannique britanicas britische britanskie
    catalonia catalan catalana catala catalunya cataluna
    center centro zentrum centrum tsentr
    civil civile
    commission comision comissao commissione kommission komissiya
    confederation confederacion confederacao konfoderation konfederatsiya
    cooperation cooperacion cooperacao zusammenarbeit cooperazione kooperation
    council conseil consejo conselho consiglio rat raad sovet
    culture cultura kultur
    democratic democratique democratica democratico demokratische demokratik demokraticheskaya
    department departement departamento dipartimento departament
    development developpement desarrollo desenvolvimento entwicklung sviluppo razvitiya
    digital digitale numerique
    east est este ost leste vostochnyy
    emirates emirats emiratos emirate
    economic economique economica economico economiques wirtschaftliche economy economie economia wirtschaft
    education educacion educacao bildung istruzione
    european europeenne europeen europea europeo europaische europeia evropeyskaya
    federal federale federala federalnaya bundes
    federated federes federees federados federadas
    federation federacion federacao foderation federatsiya
    flanders flemish vlaamse
    foreign etrangeres exteriores esteri auswartige inostrannykh
    foundation fondation fundacion fundacao fondazione stiftung stichting fond
    french francaise francais francesa frances franzosische francaises francesas
    general generale
    government gouvernement gobierno governo regierung regering regeringen
    government regjering regjeringen pravitelstvo uryad guvernul govern
    group groupe grupo gruppe gruppo
    human humains humanos humain
    institute institut instituto istituto
    international internationale internacional internationales internazionale mezhdunarodnyy
    islamic islamique islamica islamische islamskaya
    island ile isla ilha insel isola ostrov
    islands iles islas ilhas inseln isole ostrova
    kingdom royaume reino konigreich regno korolevstvo koninkrijk kongeriket kongeriget konungariket
    ministry ministere ministerio ministerium ministero ministerie ministerstvo
    national nationale nacional nazionale natsionalnyy
    network reseau red rede netzwerk rete
    new nouvelle nueva nova neu nuova novaya
    north nord norte severnaya
    office oficina bureau buro ufficio
    organization organizacion organizacao organisatie organizzazione organizatsiya
    peoples populaire popular volks narodnaya
    republic republique republica republik repubblica respublika republiek
    republic republika republike republikas dimokratias tasavalta tasavallan
    rights droits derechos direitos diritti rechte
    saint san santa sao santo sankt sint sveti
    scotland scottish
    society societe sociedad sociedade gesellschaft societa
    south sud sur sul yuzhnaya yuzhnyy
    states etats estados staaten stati shtaty
    state etat estado staat stato gosudarstvo
    technology technologie tecnologia
    telephone telefon telefono
    territory territoire territorio territorium
    territories territoires territorios gebiete territori
    union unione uniao soyuz
    united unies unis unidos unidas vereinigte vereinigtes uniti unito soedinennoe soedinennye soedinnnye verenigde
    university universite universidad universidade universitat universita universiteit universitet
    virgin vierges virgenes jungfern virgens
    wales welsh
    wallonia walloon wallonne
    western occidental
    west ouest oeste zapadnaya
    world mondiale mondial mundial mirovoy
    """.strip().splitlines()
    for word, *others in [line.split()]
    for other in others
}
"""English for words of the names of countries and organisations in other languages, in Latin letters.

And for adjectives of parts of countries, such as Scottish, what those are called.
"""

DOTTED = _table("""
afr african
barb barbuda
br british
e east
eq equatorial
fr french
geo georgia
gren grenadines
herz herzegovina
i island
is islands
n north
s south
ter territory
terr territory
vin vincent
w west
""")
"""What a word stands for where a full stop ends it."""

LITTLE = frozenset(
    _listed("""
    a an and at by for from in of on the to
    d de des du en et l la le les pour
    das dem den der die fur im und von zum zur
    con del e el las los para y
    da di do dos della per
    het van voor een i og och
    """)
)
"""Articles, prepositions and conjunctions of English, French, German, Spanish and others."""

LEGAL_FORMS = _listed(
    """
    com|inc|incorporated|ltd|limited|llc|llp|lp|plc|corp|corporation|co|company|cic|pbc|pty ltd|pte ltd|pvt ltd
    public limited company|public ltd co|group plc|sdn bhd
    gmbh|ggmbh|mbh|aktiengesellschaft|ag|ev|kg|kgaa|gmbh co kg|ohg
    sa|societe anonyme|sociedad anonima|sas|sarl|snc|asbl|aisbl|scop
    sl|slu|sa cv|srl|spa|scarl|ac|ltda|lda|eireli|onlus
    bv|nv|vzw|ivzw|se
    ab|aktiebolag|as|asa|oy|oyj|aps|ry|ou|mtu|uab|vsi
    kft|zrt|nyrt|sro|zs|doo|ad|ood|eood|sp zoo|sp z oo
    ooo|oao|zao|pao|ao|nko|tov|jsc|ojsc|cjsc|too
    kk|kabushiki kaisha|kabushikigaisha|tbk|bhd
""",
    "|",
)
"""Legal forms that end the name of an organisation, as its words are compared."""

LEADING_FORMS = ("ooo", "oao", "zao", "pao", "anko", "pt", "asociacion civil", "stichting", "tov", "uab")
"""Legal forms that begin it."""

JOINED_FORMS = _listed("aktiebolaget aktiebolag")
"""Legal forms that are written as one word with what comes before."""

TRADES = frozenset(
    _listed("""
    cellular communication communications fund global group holding holdings international media mobile network networks
    online platforms services software solutions systems technologies technology telecom telecommunications telephone
    video worldwide
    """)
)
"""Words that companies and networks may add to the name that they are known by."""

SHORT_COUNTRIES = frozenset(_listed("uae uk usa"))
"""What countries are called in short, in English, in other names."""

GOVERNMENTS = _listed("government hallitus valitsus vlada rzad valdiba vyriausybe kyvernisi kubernesis hukumat hkwmt")
"""What says "government" before or after the name of a country, in Latin letters."""

OF_GOVERNMENTS = ("royal", "federal", "national", "central", "transitional", "interim", "his majestys", "her majestys")
"""What may stand before that word."""

STATES = ("republic", "kingdom", "state")
"""What a state may call itself before its name."""

_LISTED = """
    AD Andorran | AE Emirati | AF Afghan | AG Antiguan, Barbudan | AI Anguillan | AL Albanian | AM Armenian |
    AO Angolan | AR Argentine | AS American Samoan | AT Austrian | AU Australian | AW Aruban | AZ Azerbaijani |
    BA Bosnian, Herzegovinian | BB Barbadian | BD Bangladeshi | BE Belgian | BF Burkinabe | BG Bulgarian |
    BH Bahraini | BI Burundian | BJ Beninese | BM Bermudian | BN Bruneian | BO Bolivian | BR Brazilian | BS Bahamian |
    BT Bhutanese | BW Batswana, Motswana | BY Belarusian | BZ Belizean | CA Canadian | CC Cocos Islander |
    CF Central African | CH Swiss | CI Ivoirian | CK Cook Islander | CL Chilean | CM Cameroonian | CN Chinese |
    CO Colombian | CR Costa Rican | CU Cuban | CV Cabo Verdean | CW Curacaoan | CY Cypriot | CZ Czech | DE German |
    DJ Djiboutian | DK Danish | DZ Algerian | EC Ecuadorian | EE Estonian | EG Egyptian |
    EH Sahraouian, Sahrawi, Sahrawian | ER Eritrean | ES Spanish | ET Ethiopian | FI Finnish | FJ Fijian |
    FM Micronesian | FO Faroese | FR French | GA Gabonese | GB British | GD Grenadian | GE Georgian | GH Ghanaian |
    GL Greenlandic | GM Gambian | GN Guinean | GQ Equatoguinean, Equatorial Guinean | GR Greek | GT Guatemalan |
    GU Guamanian | GW Bissau-Guinean | GY Guyanese | HN Honduran | HR Croatian | HT Haitian | HU Hungarian |
    ID Indonesian | IE Irish | IL Israeli | IM Manx | IN Indian | IQ Iraqi | IR Iranian | IS Icelandic | IT Italian |
    JM Jamaican | JO Jordanian | JP Japanese | KE Kenyan | KG Kyrgyzstani | KH Cambodian | KM Comoran |
    KN Kittitian, Nevisian | KW Kuwaiti | KY Caymanian | KZ Kazakhstani | LA Lao, Laotian | LB Lebanese |
    LC Saint Lucian | LK Sri Lankan | LR Liberian | LS Basotho | LT Lithuanian | LV Latvian | LY Libyan |
    MA Moroccan | MC Monacan, Monegasque | MD Moldovan | ME Montenegrin | MG Malagasy | MH Marshallese |
    MK Macedonian | ML Malian | MM Burmese | MN Mongolian | MR Mauritanian | MS Montserratian | MT Maltese |
    MU Mauritian | MV Maldivian | MW Malawian | MX Mexican | MY Malaysian | MZ Mozambican | NA Namibian |
    NC New Caledonian | NE Nigerien | NF Norfolk Islander | NG Nigerian | NI Nicaraguan | NL Dutch | NO Norwegian |
    NP Nepali | NR Nauruan | NU Niuean | OM Omani | PA Panamanian | PE Peruvian | PF French Polynesian |
    PG Papua New Guinean | PH Philippine | PK Pakistani | PL Polish | PN Pitcairn Islander | PR Puerto Rican |
    PT Portuguese | PW Palauan | PY Paraguayan | QA Qatari | RO Romanian | RS Serbian | RU Russian | RW Rwandan |
    SA Saudi, Saudi Arabian | SB Solomon Islander | SC Seychellois | SD Sudanese | SE Swedish | SH Saint Helenian |
    SI Slovenian | SK Slovak | SL Sierra Leonean | SM Sammarinese | SN Senegalese | SO Somali | SR Surinamese |
    SS South Sudanese | ST Sao Tomean | SV Salvadoran | SY Syrian | SZ Swati | TD Chadian | TG Togolese | TH Thai |
    TJ Tajikistani | TK Tokelauan | TL Timorese | TM Turkmenistani | TN Tunisian | TO Tongan | TR Turkish |
    TT Tobagonian, Trinidadian | TV Tuvaluan | TW Taiwanese | TZ Tanzanian | UA Ukrainian | UG Ugandan | US American |
    UY Uruguayan |
    UZ Uzbekistani | VC Saint Vincentian, Vincentian | VE Venezuelan | VG British Virgin Islander |
    VI Virgin Islander | VN Vietnamese | VU Ni-Vanuatu | WF Futunan, Wallis and Futuna Islander, Wallisian |
    WS Samoan | XK Kosovan | YE Yemeni | ZA South African | ZM Zambian | ZW Zimbabwean
    """

NATIONALITIES = {
    adjective.strip(): country.strip()[:2]
    for country in _LISTED.split("|")
    for adjective in country.strip()[3:].split(",")
}
"""The code of the country, two letters of ISO 3166-1, by adjective, as in The World Factbook of the United States
government (https://github.com/factbook/factbook.json, commit 8662a8b1). Left out are those that are the name of a
country too, and those of several countries, but for Chinese, which without more means China."""
