"""Adjectives that say of which country something is, such as the first word of "Danish Ministry of Foreign Affairs"."""

from __future__ import annotations

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
