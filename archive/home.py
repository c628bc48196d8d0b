"""One archive's home: where its parts lie, and the district it serves."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from archive.layout import HERITAGE, STAGING, TREE, Layout, layout
from schema.crosswalk import Near, load_crosswalk
from schema.duties import load_duties
from schema.errors import ArchiveError
from schema.frameworks import load_frameworks
from schema.model import Duty, Framework, Unit, UnitKind
from schema.settings import FILE, OWN_DATA, Settings, load_settings
from schema.units import load_units, unit_names, with_departments

MARKER = "0=zuozheng-archive_1"
DATA_KINDS = ("frameworks", "duties", "crosswalks")


@dataclass(frozen=True)
class Home:
    """The folders of one archive below `root` (absolute)."""

    root: Path

    @property
    def settings_file(self) -> Path:
        """The settings, zuozheng.toml."""
        return self.root / FILE

    @property
    def register_file(self) -> Path:
        """The register of units, units.csv."""
        return self.root / "units.csv"

    @cached_property
    def tree(self) -> Path:
        """The archive tree: the truth."""
        return self.root / TREE

    @cached_property
    def staging(self) -> Path:
        """Where files are copied and journalled before they are published; on the tree's own file system."""
        return self.tree / STAGING

    @property
    def heritage(self) -> Path:
        """Copies of settings, register and frameworks inside the tree, so that the tree alone can be brought back to life."""
        return self.tree / HERITAGE

    @property
    def own(self) -> Path:
        """The home's own frameworks, duties and crosswalks, in sub-folders of these names; they replace or join the shipped."""
        return self.root / OWN_DATA

    def own_files(self) -> list[Path]:
        """Return the files of the home's own frameworks and duties."""
        return [path for kind in DATA_KINDS for path in sorted((self.own / kind).glob("*.toml")) if path.is_file()]

    @property
    def data(self) -> Path:
        """Where frameworks and duties beside the shipped ones are read from; with nothing left but the tree, its copies."""
        return self.own if self.settings_file.exists() or self.own.is_dir() else self.heritage

    @property
    def state(self) -> Path:
        """Catalogue, text store, index, lock: all but the tree can be made again."""
        return self.root / ".zuozheng"

    @property
    def sites(self) -> Path:
        """Where sites are built, one folder per audience."""
        return self.root / "网站"

    def exists(self) -> bool:
        """Return whether an archive lives here (settings, or a tree that outlived them)."""
        return self.settings_file.is_file() or (self.tree / MARKER).is_file()


def find_home(given: Path | None, start: Path) -> Home:
    """Return the home at `given`, or the nearest one at or above `start`. Raises ArchiveError when there is none."""
    for root in (given,) if given else (start, *start.parents):
        home = Home(root.absolute())
        if home.exists():
            return home
    raise ArchiveError("home.none", path=given or start)


@dataclass(frozen=True)
class District:
    """Everything known before looking at a document: settings, frameworks, duties, and the units that file evidence."""

    settings: Settings
    frameworks: tuple[Framework, ...]
    duties: tuple[Duty, ...]
    units: tuple[Unit, ...]
    crosswalk: tuple[Near, ...] = ()

    @cached_property
    def unit_by_id(self) -> dict[str, Unit]:
        """Units by id."""
        return {unit.id: unit for unit in self.units}

    @cached_property
    def unit_by_name(self) -> dict[str, Unit]:
        """Units by every folded id, name and alias."""
        return unit_names(self.units)

    @cached_property
    def versions(self) -> tuple[tuple[str, str], ...]:
        """Id and version of each framework in use."""
        return tuple((framework.id, framework.version) for framework in self.frameworks)

    @cached_property
    def layout(self) -> Layout:
        """The folders of the tree."""
        return layout(self.frameworks)


def load_district(home: Home) -> District:
    """Read settings, frameworks, duties and register of a home (or the copies its tree keeps). Raises FaultsError.

    Frameworks and duties in the home's own folder 体系 come before the shipped ones.
    """
    settings = load_settings(_own_or_kept(home, home.settings_file))
    frameworks = load_frameworks(home.data, settings.frameworks)
    duties = tuple(duty for duty in load_duties(home.data, settings.duties) if duty.framework in settings.frameworks)
    register = load_units(_own_or_kept(home, home.register_file))
    crosswalk = load_crosswalk(home.data, frameworks)
    return District(settings, frameworks, duties, with_departments(register, duties), crosswalk)


def inboxes(home: Home, settings: Settings) -> tuple[Path, ...]:
    """Return the inbox folders, absolute."""
    return tuple(home.root / inbox for inbox in settings.inboxes)


def departments(units: tuple[Unit, ...]) -> tuple[Unit, ...]:
    """Return the units that are departments."""
    return tuple(unit for unit in units if unit.kind is UnitKind.DEPARTMENT)


def _own_or_kept(home: Home, file: Path) -> Path:
    return file if file.exists() else home.heritage / file.name
