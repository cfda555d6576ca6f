"""Run by Alembic inside the transaction that `quiz.store.migrating` opened."""

from alembic import context

from quiz.store.models import Base

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata)
with context.begin_transaction():
    context.run_migrations()
