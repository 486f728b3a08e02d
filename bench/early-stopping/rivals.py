"""Replays pools under the pruners of Optuna and under surestop. Reads a JSON file, writes a JSON file.

in:  {checks, pools: [{levels: [[...]], finals: [...], judged: [...], orders: [[...]]}]}
out: {versions, stops: {rival: [[[check or 0, ...] per order] per pool]}}
"""

import json
import sys
import warnings

import optuna
import surestop
from optuna.pruners import HyperbandPruner, MedianPruner, PercentilePruner, WilcoxonPruner

optuna.logging.set_verbosity(optuna.logging.ERROR)
warnings.simplefilter("ignore")

# The first of each name is the rival's own default.
RIVALS = {
    "optuna median": lambda checks: MedianPruner(),
    "optuna median, 10 complete first": lambda checks: MedianPruner(n_startup_trials=10),
    "optuna median, 10 first, second half only": lambda checks: MedianPruner(n_startup_trials=10, n_warmup_steps=checks // 2),
    "optuna percentile 75, 10 first": lambda checks: PercentilePruner(75.0, n_startup_trials=10),
    "optuna percentile 90, 10 first, second half only": lambda checks: PercentilePruner(90.0, n_startup_trials=10, n_warmup_steps=checks // 2),
    "optuna hyperband": lambda checks: HyperbandPruner(min_resource=1, max_resource=checks, reduction_factor=3),
    "optuna hyperband, from a quarter, factor 2": lambda checks: HyperbandPruner(min_resource=checks // 4, max_resource=checks, reduction_factor=2),
    "optuna wilcoxon": lambda checks: WilcoxonPruner(),
    "optuna wilcoxon p 0.001": lambda checks: WilcoxonPruner(p_threshold=0.001),
    "surestop, 19 complete first": lambda checks: surestop.ConformalPruner(n_calibration=19, alpha=0.05),
    "surestop, 19 first, second half only": lambda checks: surestop.ConformalPruner(n_calibration=19, alpha=0.05, min_peek=checks // 2),
}


def replay(pool, order, pruner, checks, pads):
    """The check at which each run of the order is stopped; 0 for those that end by themselves."""
    study = optuna.create_study(direction="minimize", sampler=optuna.samplers.RandomSampler(seed=0), pruner=pruner)
    stops = []
    for run in order:
        trial = study.ask()
        levels, final, judged = pool["levels"][run], pool["finals"][run], pool["judged"][run]
        stopped = 0
        for k, level in enumerate(levels, start=1):
            if level is None:
                continue
            trial.report(level, k)
            if k <= judged and trial.should_prune():
                stopped = k
                break
        if stopped == 0:
            # surestop wants all curves on one grid that ends in the final value.
            for k in range(len(levels) + 1 if pads else checks, checks + 1):
                trial.report(final, k)
        study.tell(trial, None if stopped else final, state=optuna.trial.TrialState.PRUNED if stopped else None)
        stops.append(stopped)
    return stops


def main(source, target):
    with open(source) as file:
        given = json.load(file)
    checks, pools = given["checks"], given["pools"]
    stops = {
        name: [[replay(pool, order, create(checks), checks, name.startswith("surestop")) for order in pool["orders"]] for pool in pools]
        for name, create in RIVALS.items()
    }
    versions = {"optuna": optuna.__version__, "surestop": surestop.__version__ if hasattr(surestop, "__version__") else ""}
    with open(target, "w") as file:
        json.dump({"versions": versions, "stops": stops}, file)


main(sys.argv[1], sys.argv[2])
