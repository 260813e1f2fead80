"""Compiles the coder (processors.extraction.coding) with mypyc whenever Khabar is installed or built into a wheel.

Where there is no C compiler, Khabar is installed without: the coder then runs from its source, at about half the speed.
"""

from __future__ import annotations

import sys
import tempfile
from contextlib import chdir
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.insert(0, str(Path(__file__).parent))
from processors.compiled import PACKAGE, compiled_folder, put_in_place


class CompiledCoder(BuildHookInterface):
    """The hook that hatchling calls: for an editable install too, where the modules are left in the checkout."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile, and take the result into the wheel.

        Raises:
            SystemExit: the sources are no valid input of mypyc; it has said why.
        """
        folder = compiled_folder(Path(self.root))
        if not folder.is_dir():
            try:
                compile_coder(Path(self.root), folder)
            except _no_compiler() as error:
                self.app.display_warning(f"The coder is not compiled and runs at half the speed: {error}")
                return
        build_data["artifacts"].append(f"{folder.relative_to(self.root).as_posix()}/*")
        if version != "editable":
            build_data["pure_python"] = False
            build_data["infer_tag"] = True


def compile_coder(root: Path, folder: Path) -> None:
    """Write the package's extension modules into `folder`, and nothing if that fails; forget this Python's of other sources.

    Raises:
        setuptools.errors.CCompilerError, setuptools.errors.PlatformError: there is no working C compiler.
        SystemExit: mypyc refuses the sources.
    """
    from mypyc.build import mypycify
    from setuptools import Distribution

    package = Path(*PACKAGE.split("."))
    modules = sorted(package / path.name for path in (root / package).glob("*.py") if path.name != "__init__.py")
    with tempfile.TemporaryDirectory() as scratch, chdir(root):  # mypyc tells a module's name from its path
        # One group: calls between the modules are C calls. Its library is found where the modules are.
        extensions = mypycify(
            ["--follow-imports=silent", "--cache-dir", scratch, *map(str, modules)],
            group_name=f"{PACKAGE}.all",
            target_dir=scratch,
            debug_level="0",
        )
        command = Distribution({"name": "khabar", "ext_modules": extensions}).get_command_obj("build_ext")
        command.build_lib, command.build_temp = f"{scratch}/lib", f"{scratch}/temp"
        command.ensure_finalized()
        command.run()
        put_in_place(Path(scratch, "lib") / package, folder)


def _no_compiler() -> tuple[type[Exception], ...]:
    from setuptools.errors import CCompilerError, PlatformError

    return CCompilerError, PlatformError
