/**
 * Countries and territories of the regions of UN M49, by their codes. The list itself could not be looked at; world-countries
 * 5.1.0 (npm, seen 2026-11-26), which follows it, agrees on 242 of its 250: it has Cyprus in Europe and Kosovo, and sets
 * apart Antarctica and six islands where nobody lives. Taiwan, which M49 does not list, stands in Asia.
 */
const regions: Readonly<Record<string, string>> = {
  // Africa
  '002':
    'AO BF BI BJ BW CD CF CG CI CM CV DJ DZ EG EH ER ET GA GH GM GN GQ GW IO KE KM LR LS LY MA MG ML MR MU MW MZ NA NE NG ' +
    'RE RW SC SD SH SL SN SO SS ST SZ TD TF TG TN TZ UG YT ZA ZM ZW',
  // North America: Northern America, the Caribbean and Central America
  '003':
    'AG AI AW BB BL BM BQ BS BZ CA CR CU CW DM DO GD GL GP GT HN HT JM KN KY LC MF MQ MS MX NI PA PM PR SV SX TC TT US VC ' +
    'VG VI',
  // South America
  '005': 'AR BO BR BV CL CO EC FK GF GS GY PE PY SR UY VE',
  // Oceania
  '009': 'AS AU CC CK CX FJ FM GU HM KI MH MP NC NF NR NU NZ PF PG PN PW SB TK TO TV UM VU WF WS',
  // Asia
  '142':
    'AE AF AM AZ BD BH BN BT CN CY GE HK ID IL IN IQ IR JO JP KG KH KP KR KW KZ LA LB LK MM MN MO MV MY NP OM PH PK PS QA ' +
    'SA SG SY TH TJ TL TM TR TW UZ VN YE',
  // Europe
  '150':
    'AD AL AT AX BA BE BG BY CH CZ DE DK EE ES FI FO FR GB GG GI GR HR HU IE IM IS IT JE LI LT LU LV MC MD ME MK MT NL NO ' +
    'PL PT RO RS RU SE SI SJ SK SM UA VA',
};

/** Whether a region of M49 is known here by this code. */
export const isRegion = (code: string): boolean => Object.hasOwn(regions, code);

/** The countries of a place: those of a region, or the country itself. */
export function countriesIn(place: string): readonly string[] {
  return regions[place]?.split(' ') ?? [place];
}
