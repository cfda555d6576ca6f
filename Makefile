# Thin names for quickstart.py, for those whose fingers type `make`.
.PHONY: serve test lint types fix check-content messages lock

serve test lint types fix check-content:
	@python3 quickstart.py $@

# Speed and weight beside Flask hello world: docs/speed.md. `make bench ARGS=--quick`
.PHONY: bench
bench:
	@.venv/bin/python -m bench $(ARGS)

# Odd inputs by the thousand, guided by what they reach: `make fuzz ARGS="--seconds 600 import"`
.PHONY: fuzz audit sbom weekly
fuzz:
	@.venv/bin/python -m fuzz $(ARGS)

# Known weaknesses of every locked package, by the advisories of PyPI. --strict: what could not be
# looked up is a failure, so without a network, or with a mirror that has no advisories, this fails.
audit:
	uvx pip-audit@2.10.1 --strict --require-hashes --disable-pip \
		-r requirements.txt -r requirements-test.txt

# What is in it, as CycloneDX JSON with every hash, checked against its schema. Made for a release,
# not kept: requirements.txt is the source.
sbom:
	uvx --from cyclonedx-bom==7.5.0 cyclonedx-py requirements requirements.txt \
		--pyproject pyproject.toml --mc-type application --output-reproducible --validate \
		--spec-version 1.6 -o sbom.cdx.json

# Once a week: what takes too long for every change. About an hour; each part is run, then judged.
weekly:
	@.ci/weekly

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
