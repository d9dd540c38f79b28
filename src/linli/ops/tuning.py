"""How our own server is set: for one machine that also runs the web server and the worker."""

import os

MB = 1024 * 1024


def _memory_mb() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // MB


def server_options(*, throwaway: bool = False, memory_mb: int | None = None) -> dict[str, str]:
    """Server settings by name. A throwaway cluster gives up durability for speed; a real one never does.

    Nothing personal reaches the log: no statements, no parameters, no DETAIL line (it quotes key values).
    """
    memory = memory_mb or _memory_mb()
    options = {
        "listen_addresses": "",
        "unix_socket_permissions": "0700",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "max_connections": "120",
        "shared_buffers": f"{min(2048, max(64, memory // 8))}MB",
        "effective_cache_size": f"{max(256, memory // 2)}MB",
        "work_mem": "16MB",
        "maintenance_work_mem": f"{min(512, max(64, memory // 24))}MB",
        "max_wal_size": "2GB",
        "checkpoint_timeout": "15min",
        "random_page_cost": "1.1",
        "jit": "off",
        "log_min_messages": "warning",
        "log_min_error_statement": "panic",
        "log_parameter_max_length_on_error": "0",
        "log_error_verbosity": "terse",
        "log_line_prefix": "%m [%p] ",
    }
    if throwaway:
        options |= {
            "shared_buffers": "128MB",
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
            "wal_level": "minimal",
            "max_wal_senders": "0",
            "autovacuum_naptime": "10min",
        }
    return options
