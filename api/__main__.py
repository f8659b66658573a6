"""`python -m api`."""

from api.infra.collector import uncollected

if __name__ == "__main__":
    with uncollected():
        from api.cli import main
    raise SystemExit(main())
