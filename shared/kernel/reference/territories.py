"""Codes whose people have a state's nationality and none of their own: which state's.

As places they stay what they are: somebody is sent to Puerto Rico, and nobody is its national.
Sources: the remarks of ISO 3166-1 (territories) and ICAO Doc 9303-3, section 5 (British classes).
"""

from collections.abc import Collection

from shared.kernel.reference.travel_documents import BRITISH, UNDETERMINED

_TERRITORIES = """
AUS CCK CXR HMD NFK
CHN HKG MAC
DNK FRO GRL
FIN ALA
FRA ATF BLM GLP GUF MAF MTQ MYT NCL PYF REU SPM WLF
GBR AIA ATB BMU CYM FLK GGY GIB IMN IOT JEY MSR PCN SGS SHN TCA VGB
NLD ABW ANT BES CUW SXM
NOR ATN BVT SJM
NZL COK NIU TKL
USA ASM GUM JTN MID MNP PRI PUS UMI VIR WAK
"""

TERRITORIES: dict[str, str] = {
    code: line[:3] for line in _TERRITORIES.strip().splitlines() for code in line[4:].split()
}
"""The state of each, the uninhabited and those with a former code (ISO 3166-3) included."""
NOBODYS: dict[str, str] = {"ATA": "Antarctica"}
"""No state's, and nobody's nationality: whoever has one of these counts as undetermined (G7)."""


def state_of(code: str) -> str:
    """The state whose nationality a code stands for: for most codes itself."""
    return "GBR" if code in BRITISH else TERRITORIES.get(code, code)


def determined(nationalities: Collection[str]) -> bool:
    """Whether they are known: some, and none that stands for an unknown one or for none (G7)."""
    unknown = {*UNDETERMINED, *NOBODYS}
    return bool(nationalities) and unknown.isdisjoint(nationalities)
