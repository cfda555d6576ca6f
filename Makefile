# Thin names for quickstart.py, for those whose fingers type `make`.
.PHONY: serve test lint types fix check-content messages lock

serve test lint types fix check-content:
	@python3 quickstart.py $@

# Speed and weight beside Flask hello world: docs/speed.md. `make bench ARGS=--quick`
.PHONY: bench
bench:
	@.venv/bin/python -m bench $(ARGS)

# Renew the list of interface texts for translators, once `make test` has made .venv.
messages:
	PYTHONPATH=. .venv/bin/pybabel -q extract -F pyproject.toml -o quiz/translations/messages.pot \
		--no-location --omit-header .

# Renew the locked requirements from pyproject.toml. Needs uv (https://docs.astral.sh/uv/) on the
# PATH. `make lock UPGRADE=--upgrade` takes the newest versions, without it only what must change
# does. Wheels only, hashes for every file, for every platform, and no download host: --no-config
# and --no-emit-index-url keep this machine's own settings out.
LOCK = uv pip compile --quiet --no-config --no-emit-index-url --no-build --universal \
	--python-version 3.11 --generate-hashes --custom-compile-command "make lock" $(UPGRADE)

lock:
	$(LOCK) --output-file requirements.txt pyproject.toml
	$(LOCK) --group test --constraints requirements.txt \
		--output-file requirements-test.txt pyproject.toml
