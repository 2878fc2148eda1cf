"""Numbers of system calls, per machine.

Source: the tables of the Linux kernel, arch/x86/entry/syscalls/syscall_64.tbl and
include/uapi/asm-generic/unistd.h, as in linux-libc-dev 6.1, read on 2026-11-20. tests/test_isolation.py
compares them with the headers of the machine it runs on.
"""

from __future__ import annotations

AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}

# what a notebook never needs and an attack on the machine may: answered with EPERM
DENIED = {
    "x86_64": {
        "ptrace": 101, "process_vm_readv": 310, "process_vm_writev": 311, "kcmp": 312, "pidfd_getfd": 438,
        "mount": 165, "umount2": 166, "pivot_root": 155, "chroot": 161,
        "fsopen": 430, "fsconfig": 431, "fsmount": 432,
        "fspick": 433, "open_tree": 428, "move_mount": 429, "mount_setattr": 442,
        "unshare": 272, "setns": 308, "open_by_handle_at": 304, "name_to_handle_at": 303,
        "bpf": 321, "perf_event_open": 298, "userfaultfd": 323, "vmsplice": 278,
        "io_uring_setup": 425, "io_uring_enter": 426, "io_uring_register": 427,
        "add_key": 248, "request_key": 249, "keyctl": 250,
        "kexec_load": 246, "kexec_file_load": 320,
        "init_module": 175, "finit_module": 313, "delete_module": 176,
        "reboot": 169, "swapon": 167, "swapoff": 168, "acct": 163,
        "syslog": 103, "quotactl": 179, "lookup_dcookie": 212,
        "personality": 135, "settimeofday": 164, "clock_settime": 227, "adjtimex": 159,
        # watching files tells which programs the machine starts, and when
        "inotify_init": 253, "inotify_init1": 294, "fanotify_init": 300,
        # memory that no process and no folder is charged for, so that no watcher sees it
        "memfd_create": 319, "shmget": 29, "msgget": 68, "semget": 64, "mq_open": 240,
        # of other processes of the same user: neither Landlock nor a process name space of its own is always
        # there
        "ioprio_set": 251, "sched_setattr": 314,
    },
    "aarch64": {
        "ptrace": 117, "process_vm_readv": 270, "process_vm_writev": 271, "kcmp": 272, "pidfd_getfd": 438,
        "mount": 40, "umount2": 39, "pivot_root": 41, "chroot": 51,
        "fsopen": 430, "fsconfig": 431, "fsmount": 432,
        "fspick": 433, "open_tree": 428, "move_mount": 429, "mount_setattr": 442,
        "unshare": 97, "setns": 268, "open_by_handle_at": 265, "name_to_handle_at": 264,
        "bpf": 280, "perf_event_open": 241, "userfaultfd": 282, "vmsplice": 75,
        "io_uring_setup": 425, "io_uring_enter": 426, "io_uring_register": 427,
        "add_key": 217, "request_key": 218, "keyctl": 219,
        "kexec_load": 104, "kexec_file_load": 294,
        "init_module": 105, "finit_module": 273, "delete_module": 106,
        "reboot": 142, "swapon": 224, "swapoff": 225, "acct": 89,
        "syslog": 116, "quotactl": 60, "lookup_dcookie": 18,
        "personality": 92, "settimeofday": 170, "clock_settime": 112, "adjtimex": 171,
        "inotify_init1": 26, "fanotify_init": 262,
        "memfd_create": 279, "shmget": 194, "msgget": 186, "semget": 190, "mq_open": 180,
        "ioprio_set": 30, "sched_setattr": 274,
    },
}  # fmt: skip

# calls that a process may make for itself, its first argument being 0, and not for another of the same user:
# EPERM
OWN_ONLY = {
    "x86_64": {"prlimit64": 302},
    "aarch64": {"prlimit64": 261},
}

# Landlock does not guard modes, owners, times and attributes of files, and does not tell one local socket
# from another. Without a mount name space the first are answered as if they were done, for the sake of
# shutil.copy; the second refused.
PRETENDED = {
    "x86_64": {
        "chmod": 90, "fchmod": 91, "fchmodat": 268, "chown": 92, "fchown": 93, "lchown": 94, "fchownat": 260,
        "utime": 132, "utimes": 235, "futimesat": 261, "utimensat": 280,
    },
    "aarch64": {"fchmod": 52, "fchmodat": 53, "fchown": 55, "fchownat": 54, "utimensat": 88},
}  # fmt: skip
REFUSED_WITHOUT_NAMESPACES = {
    "x86_64": {
        "socket": 41, "connect": 42, "setpriority": 141,
        "setxattr": 188, "lsetxattr": 189, "fsetxattr": 190,
        "removexattr": 197, "lremovexattr": 198, "fremovexattr": 199,
    },
    "aarch64": {
        "socket": 198, "connect": 203, "setpriority": 140,
        "setxattr": 5, "lsetxattr": 6, "fsetxattr": 7,
        "removexattr": 14, "lremovexattr": 15, "fremovexattr": 16,
    },
}  # fmt: skip

# calls whose arguments are looked at, or that this program makes itself
USED = {
    "x86_64": {
        "clone": 56,
        "clone3": 435,
        "ioctl": 16,
        "socket": 41,
        "socketpair": 53,
        "seccomp": 317,
        "capset": 126,
        "pivot_root": 155,
    },
    "aarch64": {
        "clone": 220,
        "clone3": 435,
        "ioctl": 29,
        "socket": 198,
        "socketpair": 199,
        "seccomp": 277,
        "capset": 91,
        "pivot_root": 41,
    },
}

# the same everywhere, as all calls since Linux 5.1
MOUNT_SETATTR = 442
MEMFD_SECRET, FCHMODAT2, SETXATTRAT, REMOVEXATTRAT = 447, 452, 463, 466
LANDLOCK_CREATE_RULESET, LANDLOCK_ADD_RULE, LANDLOCK_RESTRICT_SELF = 444, 445, 446
