"""Definitions of resources to JSON Schemas that allow no unknown key: definitions.py FOLDER FILE...

Each version of each CustomResourceDefinition becomes FOLDER/KIND-GROUP-VERSION.json, in the names that
kubeconform looks for.
"""

import json
import pathlib
import sys

import yaml


def strict(schema):
    """The same, without room for keys that it does not name."""
    if isinstance(schema, list):
        return [strict(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: strict(value) for key, value in schema.items()}
    open_to_all = schema.get("x-kubernetes-preserve-unknown-fields")
    if isinstance(schema.get("properties"), dict) and not open_to_all:
        made.setdefault("additionalProperties", False)
    return made


def of_version(version):
    """What apiVersion, kind and metadata may be is the API server's matter."""
    schema = strict(version["schema"]["openAPIV3Schema"])
    schema["properties"].update({"apiVersion": {"type": "string"}, "kind": {"type": "string"},
                                 "metadata": {"type": "object"}})
    return schema


def main(folder, *files):
    for file in files:
        for definition in yaml.safe_load_all(pathlib.Path(file).read_text(encoding="utf-8")):
            spec = definition["spec"]
            for version in spec["versions"]:
                name = f"{spec['names']['kind']}-{spec['group'].split('.')[0]}-{version['name']}"
                (pathlib.Path(folder) / f"{name.lower()}.json").write_text(
                    json.dumps(of_version(version)), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
