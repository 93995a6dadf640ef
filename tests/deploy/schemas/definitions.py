"""JSON Schemas that allow no unknown key, one a file: definitions.py FOLDER KUBERNETES FILE...

FOLDER gets KIND-GROUP-VERSION.json, in the names that kubeconform looks for: of Kubernetes' own kinds
that the chart makes, from the folder KUBERNETES, whose files refer to each other, and of each version
of the CustomResourceDefinitions in the files.
"""

import json
import pathlib
import sys

import yaml


KINDS = ("configmap-v1", "deployment-apps-v1", "networkpolicy-networking-v1",
         "poddisruptionbudget-policy-v1", "service-v1", "serviceaccount-v1", "statefulset-apps-v1")


def alone(folder, name):
    """A schema that refers to no other file."""
    whole = json.loads((folder / "_definitions.json").read_text(encoding="utf-8"))
    one = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    made = {key: value for key, value in {**one, "$defs": whole["$defs"]}.items()
            if key not in ("$id", "$schema")}
    return json.dumps(made).replace("/api/_definitions.json#/", "#/")


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


def main(folder, kubernetes, *files):
    for name in KINDS:
        (pathlib.Path(folder) / f"{name}.json").write_text(
            alone(pathlib.Path(kubernetes), name), encoding="utf-8")
    for file in files:
        for definition in yaml.safe_load_all(pathlib.Path(file).read_text(encoding="utf-8")):
            spec = definition["spec"]
            for version in spec["versions"]:
                name = f"{spec['names']['kind']}-{spec['group'].split('.')[0]}-{version['name']}"
                (pathlib.Path(folder) / f"{name.lower()}.json").write_text(
                    json.dumps(of_version(version)), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
