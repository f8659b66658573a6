"""`python -m schedulers`."""

from api.infra.collector import uncollected

if __name__ == "__main__":
    with uncollected():
        from schedulers.cli import main
    raise SystemExit(main())
