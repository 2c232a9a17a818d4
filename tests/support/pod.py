#!/usr/bin/env python3
"""pod.py FILE KIND NAME: the containers of a Kubernetes pod spec as arguments of `docker run`.

Prints, a word a line, what stands between `docker run` and the image, the image, and the command.
The caller's environment says what a cluster would: SECRET_<name>_<key>, VOLUME_<volume> (a host path
or a Docker volume), JOB_COMPLETION_INDEX, and may replace a value with ENV_<variable>. Characters other than letters and
digits in names are written as _."""
import os
import re
import sys

import yaml


def known(kind, *parts, optional=False):
    name = "_".join([kind] + [re.sub(r"\W", "_", part) for part in parts])
    if name not in os.environ and not optional:
        sys.exit(f"pod.py: {name} is not set")
    return os.environ.get(name)


def find(path, kind, name):
    with open(path, encoding="utf-8") as file:
        for document in yaml.safe_load_all(file):
            if document["kind"] == kind and document["metadata"]["name"] == name:
                spec = document["spec"]
                return spec["jobTemplate"]["spec"]["template"] if kind == "CronJob" else spec["template"]
    sys.exit(f"pod.py: {path} has no {kind} {name}")


def environment(container):
    for variable in container.get("env", []):
        name = variable["name"]
        if "ENV_" + name in os.environ:
            value = os.environ["ENV_" + name]
        elif "value" in variable:
            value = variable["value"]
        else:
            secret = variable["valueFrom"]["secretKeyRef"]
            value = known("SECRET", secret["name"], secret["key"], optional=secret.get("optional", False))
            if value is None:
                continue
        yield from ("-e", f"{name}={value}")
    if "JOB_COMPLETION_INDEX" in os.environ:
        yield from ("-e", "JOB_COMPLETION_INDEX=" + os.environ["JOB_COMPLETION_INDEX"])


def mounts(container):
    for mount in container.get("volumeMounts", []):
        mode = ":ro" if mount.get("readOnly") else ""
        yield from ("-v", f"{known('VOLUME', mount['name'])}:{mount['mountPath']}{mode}")


def security(container):
    context = container.get("securityContext", {})
    if "runAsUser" in context:
        yield from ("--user", str(context["runAsUser"]))
    if context.get("readOnlyRootFilesystem"):
        yield "--read-only"
    for field, option in (("drop", "--cap-drop"), ("add", "--cap-add")):
        for capability in context.get("capabilities", {}).get(field, []):
            yield from (option, capability)


def main():
    container = find(*sys.argv[1:4])["spec"]["containers"][0]
    command = container.get("command", [])
    words = [*environment(container), *mounts(container), *security(container)]
    if command:
        words += ["--entrypoint", command[0]]
    print("\n".join([*words, container["image"], *command[1:], *container.get("args", [])]))


main()
