# docker build -t quiz . && docker run -p 8000:8000 -v quiz:/data quiz
# With PostgreSQL: deploy/compose.yaml. How to run it well: docs/deploy.md.
FROM python:3.13-slim

WORKDIR /opt/quiz
COPY requirements.txt ./
RUN pip install --root-user-action=ignore --no-cache-dir --no-deps --require-hashes --only-binary=:all: -r requirements.txt
COPY quiz ./quiz
COPY templates ./templates
COPY static ./static
# The code belongs to root and the quiz runs as nobody in particular: it can write to /data only.
RUN python -m compileall -q quiz && install -d -o 10001 -g 10001 -m 700 /data

USER 10001:10001
ENV HOST=0.0.0.0 PORT=8000 QUIZ_DATA_DIR=/data PYTHONUNBUFFERED=1
VOLUME /data
EXPOSE 8000
HEALTHCHECK --start-period=10s CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/healthz', timeout=3)"]
ENTRYPOINT ["python", "-m", "quiz"]
CMD ["serve"]
