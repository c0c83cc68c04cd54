# One image for pages, live rooms, worker and scheduler; docker-compose.yml says which is which, and that none writes to its own files.
FROM python:3.13-slim-trixie AS packages
RUN python -m venv /opt/venv
COPY requirements-build.txt requirements.txt /tmp/
# What comes as source (http-ece) is built with what is named by hash too; pip left to itself would fetch the newest there is.
RUN /opt/venv/bin/pip install --no-cache-dir --require-hashes -r /tmp/requirements-build.txt \
    && /opt/venv/bin/pip install --no-cache-dir --no-build-isolation --require-hashes -r /tmp/requirements.txt \
    && /opt/venv/bin/pip uninstall --yes setuptools pip

FROM python:3.13-slim-trixie
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=lms.settings.production \
    LMS_VAR=/srv/var \
    XDG_CACHE_HOME=/tmp
# Pango sets the PDF of a journal; PostgreSQL's programs make and restore backups, and are as new as the server (docker-compose.yml).
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 postgresql-client-17 \
    && rm -rf /var/lib/apt/lists/*
# What volumes are mounted on belongs to the person the site runs as, and nothing else does.
RUN useradd --uid 10001 --user-group --no-log-init --no-create-home --shell /usr/sbin/nologin site \
    && mkdir -p /srv/var/media /srv/static /srv/backups/words /srv/backups/keys \
    && chown site: /srv/var/media /srv/static /srv/backups/words /srv/backups/keys
COPY --from=packages /opt/venv /opt/venv
WORKDIR /srv/site
COPY . .
# Whoever the site runs as may read it, however closed the folder was that it was built from (git clone under umask 077).
# Collected here, so that every copy of the image serves the same files. The values only let the settings load.
RUN chmod -R u=rwX,go=rX . \
    && SECRET_KEY=only-while-building-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEF SITE_KEYS_FILE=/nowhere \
    DATABASE_URL=postgresql://nobody@localhost/none KEYS_DATABASE_URL=postgresql://nobody@localhost/keys \
    REDIS_URL=redis://localhost ALLOWED_HOSTS=localhost SITE_URL=https://localhost \
    python manage.py collectstatic --noinput --verbosity 0 \
    && python -m compileall -q lms courses forums live
USER site
EXPOSE 8000
CMD ["python", "manage.py", "run_web", "--host", "0.0.0.0", "--port", "8000"]
