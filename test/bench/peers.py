"""One peer on one APK, in a process of its own: peers.py exodus|classes|analyze APK [TRACKERS]

Prints one line of JSON: what it found, the versions it ran with, and its peak memory in KiB.
"""

import importlib.metadata
import json
import resource
import sys
from collections import namedtuple


def exodus(apk, trackers):
    """What exodus-core reports of an app, but for the picture hash of its icon and the certificates."""
    from exodus_core.analysis.static_analysis import StaticAnalysis

    analysis = StaticAnalysis(apk)
    # Its own loading asks a server on the network for them.
    with open(trackers) as file:
        tracker = namedtuple("Tracker", "name code_signature")
        analysis.signatures = [tracker(t["name"], t["code_signature"]) for t in json.load(file)]
    analysis._compile_signatures()
    found = analysis.detect_trackers()
    analysis.get_package(), analysis.get_version(), analysis.get_version_code(), analysis.get_app_name()
    analysis.get_permissions(), analysis.get_libraries(), analysis.get_sha256()
    return {"classes": len(analysis.get_embedded_classes()), "trackers": len(found)}


def classes(apk, _):
    """The names of all classes, by androguard's readers."""
    from androguard.core.apk import APK
    from androguard.core.dex import DEX

    return {"classes": sum(len(DEX(dex).get_classes_names()) for dex in APK(apk).get_all_dex())}


def analyze(apk, _):
    """androguard's whole analysis with cross references: what its users usually start from."""
    from androguard.misc import AnalyzeAPK

    return {"classes": sum(1 for _ in AnalyzeAPK(apk)[2].get_internal_classes())}


def main():
    from loguru import logger

    peer, apk, trackers = sys.argv[1], sys.argv[2], sys.argv[3]
    # Its default is a line for every step: to be fast, a peer need not write them.
    if peer != "exodus":
        logger.remove()
    said = {"exodus": exodus, "classes": classes, "analyze": analyze}[peer](apk, trackers)
    peaks = [resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    versions = {name: importlib.metadata.version(name) for name in ("exodus-core", "androguard")}
    print(json.dumps({**said, **versions, "python": sys.version.split()[0], "maxRSS": max(peaks)}))


main()
