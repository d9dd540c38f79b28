"""Why we keep what third-party packages keep: sessions, jobs, accounts' factors."""

from linli.custody.declare import INTERNAL, NO_ONE, OPERATION, PERSONAL, SECRET, Field, Keep, Kind, Whose, declare

_ROW = Field("to tell one row from another", INTERNAL, NO_ONE)
_OWN = ["administrator"]

declare(
    "contenttypes.ContentType",
    basis=OPERATION,
    keep=Keep.ALWAYS,
    id=_ROW,
    app_label=Field("which room a table belongs to", INTERNAL, NO_ONE),
    model=Field("which table", INTERNAL, NO_ONE),
)
declare(
    "auth.Permission",
    basis=OPERATION,
    keep=Keep.ALWAYS,
    id=_ROW,
    name=Field("comes with a library and is not used; it names tables, nobody", INTERNAL, NO_ONE),
    content_type=Field("comes with a library and is not used; it names tables, nobody", INTERNAL, NO_ONE),
    codename=Field("comes with a library and is not used; it names tables, nobody", INTERNAL, NO_ONE),
)
declare(
    "auth.Group",
    basis=OPERATION,
    keep=Keep.ALWAYS,
    id=_ROW,
    name=Field("comes with a library and is not used; the table is empty", INTERNAL, NO_ONE),
)
declare(
    "auth.Group_permissions",
    basis=OPERATION,
    keep=Keep.ALWAYS,
    id=_ROW,
    group=Field("comes with a library and is not used; the table is empty", INTERNAL, NO_ONE),
    permission=Field("comes with a library and is not used; the table is empty", INTERNAL, NO_ONE),
)
declare(
    "sessions.Session",
    basis=OPERATION,
    keep=Keep.ONE_DAY,
    whose=Whose.STAFF,
    session_key=Field("to recognise a browser that signed in", SECRET, NO_ONE),
    session_data=Field("who signed in, how, and what they were doing; signed", PERSONAL, NO_ONE, kind=Kind.ACCOUNT),
    expire_date=Field("when signing in has to be repeated", INTERNAL, NO_ONE),
)
declare(
    "account.EmailAddress",
    basis=OPERATION,
    keep=Keep.WHILE_EMPLOYED,
    id=_ROW,
    user=Field("comes with a library and is not used; the table is empty", INTERNAL, NO_ONE),
    email=Field("comes with a library and is not used; the table is empty", INTERNAL, NO_ONE),
    verified=Field("comes with a library and is not used; the table is empty", INTERNAL, NO_ONE),
    primary=Field("comes with a library and is not used; the table is empty", INTERNAL, NO_ONE),
)
declare(
    "account.EmailConfirmation",
    basis=OPERATION,
    keep=Keep.WHILE_EMPLOYED,
    id=_ROW,
    email_address=Field("comes with a library and is not used; the table is empty", INTERNAL, NO_ONE),
    created=Field("comes with a library and is not used; the table is empty", INTERNAL, NO_ONE),
    sent=Field("comes with a library and is not used; the table is empty", INTERNAL, NO_ONE),
    key=Field("comes with a library and is not used; the table is empty", SECRET, NO_ONE),
)
declare(
    "mfa.Authenticator",
    basis=OPERATION,
    keep=Keep.WHILE_EMPLOYED,
    whose=Whose.STAFF,
    id=_ROW,
    user=Field("whose second factor this is", PERSONAL, NO_ONE, kind=Kind.ACCOUNT),
    type=Field("app, passkey or codes on paper", INTERNAL, NO_ONE),
    data=Field("to check the second factor; secrets in it are sealed", SECRET, NO_ONE),
    created_at=Field("to show the account's owner when it was set up", INTERNAL, NO_ONE),
    last_used_at=Field("to show the account's owner when it was used last", INTERNAL, NO_ONE),
)
declare(
    "procrastinate.ProcrastinateJob",
    basis=OPERATION,
    keep=Keep.UNTIL_DONE,
    id=_ROW,
    queue_name=Field("which worker does it", INTERNAL, _OWN),
    task_name=Field("what is to be done", INTERNAL, _OWN),
    lock=Field("so that one thing is not done twice at once", INTERNAL, _OWN),
    args=Field("on which rows: ids only", INTERNAL, _OWN),
    status=Field("whether it is done", INTERNAL, _OWN),
    scheduled_at=Field("when it is due", INTERNAL, _OWN),
    attempts=Field("how often it was tried", INTERNAL, _OWN),
    priority=Field("what comes first", INTERNAL, _OWN),
    queueing_lock=Field("so that one thing does not wait twice", INTERNAL, _OWN),
    abort_requested=Field("whether somebody stopped it", INTERNAL, _OWN),
    worker=Field("which worker has it", INTERNAL, _OWN),
)
declare(
    "procrastinate.ProcrastinateEvent",
    basis=OPERATION,
    keep=Keep.UNTIL_DONE,
    id=_ROW,
    job=Field("to tell one row from another", INTERNAL, _OWN),
    type=Field("what happened to it", INTERNAL, _OWN),
    at=Field("to say when", INTERNAL, _OWN),
)
declare(
    "procrastinate.ProcrastinatePeriodicDefer",
    basis=OPERATION,
    keep=Keep.UNTIL_DONE,
    id=_ROW,
    task_name=Field("what is to be done", INTERNAL, _OWN),
    defer_timestamp=Field("when it was due last, so that it runs once", INTERNAL, _OWN),
    job=Field("which job it became", INTERNAL, _OWN),
    periodic_id=Field("which of its timetables", INTERNAL, _OWN),
)
declare(
    "procrastinate.ProcrastinateWorker",
    basis=OPERATION,
    keep=Keep.UNTIL_DONE,
    id=_ROW,
    last_heartbeat=Field("to notice a worker that died", INTERNAL, _OWN),
)
