#!/usr/bin/env python3
"""Mines pictures on any cluster that Dask runs on, one shard per task, with the executable `misfire`.

    mine.py --conf SETTINGS --list LIST --out FOLDER --shards 16 [--scheduler ADDRESS | --local 3]
    misfire merge --conf SETTINGS FOLDER

The scheduler's address is that of a cluster that runs (dask-ssh, Dask's Kubernetes operator, dask-jobqueue on Slurm,
PBS or SGE, …); `--local N` starts N worker processes here. All workers read SETTINGS, the model and the pictures, and
write to FOLDER. Ends with 0 when all shards are whole, with 1 otherwise; started again, it mines what is missing.

Needs `pip install distributed`.
"""
import argparse
import subprocess
import sys

from dask.distributed import Client, LocalCluster, as_completed

# The exit status of a task whose machine failed; it is negative if a signal ended the task.
TRY_AGAIN = 75


class MachineFailed(Exception):
    """This worker failed; another may succeed."""


def mine(shard, shards, command):
    """Mines one shard, and returns its exit status and what it printed."""
    done = subprocess.run(command + ["--shard", f"{shard}/{shards}"], capture_output=True, text=True)
    if done.returncode == TRY_AGAIN or done.returncode < 0:
        raise MachineFailed(f"shard {shard} ended with {done.returncode}: {done.stderr.strip()}")
    return done.returncode, done.stdout, done.stderr


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--conf", required=True, metavar="SETTINGS")
    parser.add_argument("--list", required=True, help="what sha256sum printed of the pictures")
    parser.add_argument("--out", required=True, metavar="FOLDER")
    parser.add_argument("--shards", required=True, type=int)
    parser.add_argument("--misfire", default="misfire", help="the executable, on the workers")
    parser.add_argument("--retries", default=3, type=int, help="how often a machine may fail a shard")
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--scheduler", metavar="ADDRESS")
    where.add_argument("--local", type=int, metavar="WORKERS", default=2)
    parser.add_argument("more", nargs="*", help="more arguments of misfire mine, behind --")
    options = parser.parse_args()

    command = [options.misfire, "mine", "--conf", options.conf, "--list", options.list, "--out", options.out, *options.more]
    if options.scheduler:
        client = Client(options.scheduler)
    else:
        # One thread per worker: each task has its own threads.
        client = Client(LocalCluster(
            n_workers=options.local, threads_per_worker=1, processes=True, dashboard_address=None))
    print(f"dask: {client.scheduler.address}", flush=True)
    # Not pure: a shard requested again is processed again. If a worker dies, its shard is not at fault.
    futures = {
        client.submit(mine, shard, options.shards, command, pure=False, retries=options.retries): shard
        for shard in range(options.shards)
    }
    missing = []
    for future in as_completed(futures):
        shard = futures[future]
        error = future.exception()
        status, output, errors = (1, "", f"{error}\n") if error else future.result()
        print(output, end="", flush=True)
        print(errors, end="", file=sys.stderr, flush=True)
        if status != 0:
            missing.append(shard)
    client.shutdown()
    if missing:
        print(f"not mined: shards {', '.join(map(str, sorted(missing)))}", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
