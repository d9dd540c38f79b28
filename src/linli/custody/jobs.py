"""What custody does by the clock: sealing, forgetting, and keeping the jobs themselves in order.

A run that is still waiting when the next is due stands for both (``queueing_lock``). These jobs take no ``lock``: one
held by a worker that was killed would stop the very job that frees it.
"""

import logging

from procrastinate.contrib.django import app
from procrastinate.exceptions import UniqueViolation
from procrastinate.job_context import JobContext
from procrastinate.jobs import Status

from linli.common.clock import now
from linli.custody import held, limits, seals
from linli.custody.export import taking

log = logging.getLogger(__name__)

QUEUE = "clockwork"
MOST_ATTEMPTS = 3
FAILED_KEPT_H = 24

# The sixth field counts seconds.
EVERY_TEN_SECONDS, EVERY_MINUTE, EVERY_HOUR = "* * * * * */10", "* * * * *", "7 * * * *"


@app.periodic(cron=EVERY_TEN_SECONDS)
@app.task(queue=QUEUE, name="custody.seal", queueing_lock="custody.seal")
def seal(timestamp: int) -> None:
    """Seal whatever was committed since the last time."""
    seals.seal()


@app.periodic(cron=EVERY_HOUR)
@app.task(queue=QUEUE, name="custody.forget", queueing_lock="custody.forget")
def forget(timestamp: int) -> None:
    """Let go of trail entries, counters, rows held for a decision and files whose time is over."""
    at = now()
    limits.forget(at=at)
    seals.forget(at=at)
    held.forget(at=at)
    taking.forget(at=at)


@app.periodic(cron=EVERY_MINUTE)
@app.task(queue=QUEUE, name="custody.tidy_jobs", queueing_lock="custody.tidy_jobs", pass_context=True)
async def tidy_jobs(context: JobContext, timestamp: int) -> None:
    """Take up jobs whose worker died, and delete those that are over.

    A worker that lives says so every ten seconds; one that has been silent for thirty is taken for dead. A job that
    was begun three times without an end probably kills its worker: it is failed instead.
    """
    jobs = context.app.job_manager
    for job in await jobs.get_stalled_jobs():
        if job.attempts + 1 < MOST_ATTEMPTS:
            log.warning("job %s (%s) lost its worker and is taken up again", job.id, job.task_name)
            try:
                await jobs.retry_job(job)
            except UniqueViolation:  # the next run waits already and stands for both
                await jobs.finish_job(job, status=Status.FAILED, delete_job=True)
        else:
            log.error("job %s (%s) lost its worker %s times and is given up", job.id, job.task_name, MOST_ATTEMPTS)
            await jobs.finish_job(job, status=Status.FAILED, delete_job=False)
    await jobs.delete_old_jobs(nb_hours=0)
    await jobs.delete_old_jobs(
        nb_hours=FAILED_KEPT_H, include_failed=True, include_cancelled=True, include_aborted=True
    )
