"""The class scope of a hold: whoever a combination of attributes comes to fit (G3)."""

from __future__ import annotations

from collections.abc import Iterable

from shared.contracts.hold_scope import Scope
from shared.kernel.codes import CaseKind, Code, Country, NationalityCode, OffenceCode

Attribute = tuple[str, str]
"""What a class names, and the value that it names: `("nationality", "VEN")`."""
Shape = tuple[str, ...]
"""Which attributes a class names, in the order of its fields."""
NATURE = "class"


class ClassScope(Scope, frozen=True, omit_defaults=True, tag=NATURE):
    """A hold on every departure that all of the named attributes fit; at least one is named."""

    case_kind: CaseKind | None = None
    nationality: NationalityCode | None = None
    """One of the person's; an undetermined one counts as the sending state's (G7)."""
    offence: OffenceCode | None = None
    """Of the legal basis, by its ICCS code; one that it contains is meant too."""
    court: Code | None = None
    """Which gave the judgment that is the legal basis, however it is capitalised."""
    destination: Country | None = None
    """Where the journey ends, or stops over."""
    stopover: Country | None = None
    """Where the journey stops over."""

    def __post_init__(self) -> None:
        """A class that names nothing would be everybody, everywhere."""
        if not self.named:
            message = f"a class names at least one of {', '.join(self.__struct_fields__)}"
            raise ValueError(message)

    @property
    def named(self) -> tuple[Attribute, ...]:
        """Its attributes that are named, in the order of its fields."""
        values = ((name, getattr(self, name)) for name in self.__struct_fields__)
        return tuple((name, folded(name, value)) for name, value in values if value is not None)

    @property
    def shape(self) -> Shape:
        """Which attributes are named."""
        return tuple(name for name, _ in self.named)

    @property
    def tag(self) -> str:
        """What orders on exactly this class are found by: `class:nationality=VEN`."""
        return tag_of(self.named)

    @property
    def named_country(self) -> Country | None:
        """The destination, if it names one."""
        return self.destination


def folded(name: str, value: str) -> str:
    """A value as it is compared: a court is the same however it is capitalised."""
    return value.casefold() if name == "court" else value


def tag_of(named: Iterable[Attribute]) -> str:
    """What orders are found by on the class of these attributes, in the order of the fields."""
    return f"{NATURE}:{';'.join(f'{name}={value}' for name, value in named)}"
