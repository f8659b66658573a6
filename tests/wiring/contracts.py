"""A contract for import-linter: files of some name are private to the folder that they stand in."""

from typing import Any

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class PrivateFiles(Contract):
    """`files` are names such as `store`, which also stands for `other_store`; the packages of `composition` may import them all."""

    files: Any = fields.SetField(subfield=fields.StringField())  # a set of names once the contract is read
    composition: Any = fields.SetField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        found = sorted(
            (importer, module)
            for module in graph.modules
            if self._is_private(module)
            for importer in graph.find_modules_that_directly_import(module)
            if not any(_is_within(importer, place) for place in (*self.composition, module.rpartition(".")[0]))
        )
        return ContractCheck(kept=not found, metadata={"found": found})

    def render_broken_contract(self, check: ContractCheck) -> None:
        for importer, module in check.metadata["found"]:
            output.print_error(f"{importer} imports {module}")

    def _is_private(self, module: str) -> bool:
        _, _, name = module.rpartition(".")
        return any(name == file or name.endswith(f"_{file}") for file in self.files)


def _is_within(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")
